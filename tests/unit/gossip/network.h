#pragma once
// A tiny network of gossip machines in virtual time: delay, loss, cut links, pauses, crashes and
// restarts, all from one seed. Hosts are h00, h01, …

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "gossip/gossip.h"
#include "gossip/size.h"

namespace prumo::gossip {

inline HostId host(std::size_t i) {
  const std::string digits = std::to_string(i);
  return HostId((digits.size() < 2 ? "h0" : "h") + digits);
}
inline Members members_of(std::size_t count) {
  std::vector<Member> list;
  for (std::size_t i = 0; i < count; ++i) list.push_back({host(i), "", "", 0});
  return Members(std::move(list));
}
inline Instant at(Duration d) { return Instant{d}; }
inline Summary summary_with(std::uint32_t vm_count) {
  Summary s;
  s.vm_count = vm_count;
  s.healthy = true;
  return s;
}

class Network {
 public:
  struct Seen {
    Instant when;
    std::size_t at;
    StandingChanged change;
  };

  double loss = 0;
  Duration delay_least{200};
  Duration delay_most = 2ms;
  std::set<std::pair<std::size_t, std::size_t>> cut;  ///< directed: from, to
  std::vector<Seen> seen;
  std::uint64_t refutations = 0;

  explicit Network(std::size_t count, std::uint64_t seed, Parameters parameters = {})
      : parameters_(parameters), members_(members_of(count)), random_(seed) {
    hosts_.resize(count);
    for (std::size_t i = 0; i < count; ++i) index_[host(i)] = i;
    for (std::size_t i = 0; i < count; ++i) start(i);
  }

  [[nodiscard]] Instant now() const { return now_; }
  [[nodiscard]] std::size_t size() const { return hosts_.size(); }
  [[nodiscard]] Gossip& operator[](std::size_t i) { return *hosts_[i].gossip; }
  [[nodiscard]] bool up(std::size_t i) const { return hosts_[i].gossip.has_value(); }
  [[nodiscard]] const Known& known(std::size_t by, std::size_t of) {
    return (*this)[by].peers().at(host(of));
  }
  [[nodiscard]] std::uint64_t bytes_sent(std::size_t i) const { return hosts_[i].bytes; }
  [[nodiscard]] std::uint64_t rumour_bytes_sent(std::size_t i) const {
    return hosts_[i].rumour_bytes;
  }
  [[nodiscard]] std::size_t longest_message() const { return longest_; }

  /// Begins a new run, with its start count raised and a first summary.
  void start(std::size_t i) {
    Host& h = hosts_[i];
    ++h.starts;
    h.gossip.emplace(parameters_, host(i), members_, h.starts, Random(random_.next()), now_);
    input(i, Own{summary_with(0), false});
  }
  void kill(std::size_t i) {
    timers_.erase({hosts_[i].due, i});
    hosts_[i].gossip.reset();
  }
  /// Nothing is taken in and no timer runs until `until`.
  void pause(std::size_t i, Instant until) { hosts_[i].paused_until = until; }
  void input(std::size_t i, const Input& what) {
    Host& h = hosts_[i];
    std::vector<Output> out;
    h.gossip->step(now_, what, out);
    timers_.erase({h.due, i});
    h.due = h.gossip->next_deadline();
    timers_.insert({h.due, i});
    for (const Output& o : out) take(i, o);
  }
  void split(std::size_t first_of_right) {
    for (std::size_t a = 0; a < first_of_right; ++a) {
      for (std::size_t b = first_of_right; b < size(); ++b) cut.insert({{a, b}, {b, a}});
    }
  }

  void run_until(Instant end) {
    while (true) {
      const Instant timer = timers_.empty() ? Instant::never() : timers_.begin()->first;
      const Instant mail = mail_.empty() ? Instant::never() : mail_.begin()->first;
      const Instant next = std::min(timer, mail);
      if (next > end) break;
      now_ = std::max(now_, next);
      if (mail <= timer) {
        deliver();
      } else {
        fire();
      }
    }
    now_ = end;
  }
  void run_for(Duration d) { run_until(now_ + d); }
  /// Runs until `done` holds, looked at each millisecond; how long it took, or nothing by `limit`.
  template <class Done>
  [[nodiscard]] std::optional<Duration> run_until_holds(Duration limit, const Done& done) {
    const Instant begin = now_;
    while (now_ - begin <= limit) {
      if (done()) return now_ - begin;
      run_for(1ms);
    }
    return std::nullopt;
  }
  /// Whether every live host (but `of`) holds that standing of `of`.
  [[nodiscard]] bool all_hold(std::size_t of, Standing standing) {
    for (std::size_t i = 0; i < size(); ++i) {
      if (i != of && up(i) && known(i, of).standing != standing) return false;
    }
    return true;
  }
  [[nodiscard]] bool all_alive_everywhere() {
    for (std::size_t i = 0; i < size(); ++i) {
      if (up(i) && !all_hold(i, Standing::kAlive)) return false;
    }
    return true;
  }
  [[nodiscard]] bool all_know_vm_count(std::size_t of, std::uint32_t vm_count) {
    for (std::size_t i = 0; i < size(); ++i) {
      if (i != of && up(i) && known(i, of).summary.vm_count != vm_count) return false;
    }
    return true;
  }
  [[nodiscard]] std::size_t times_seen(Standing after) const {
    return static_cast<std::size_t>(std::count_if(
        seen.begin(), seen.end(), [&](const Seen& s) { return s.change.after == after; }));
  }

 private:
  struct Host {
    std::optional<Gossip> gossip;
    std::uint32_t starts = 0;
    Instant due = Instant::never();
    Instant paused_until;
    std::uint64_t bytes = 0;
    std::uint64_t rumour_bytes = 0;
  };
  struct Letter {
    std::size_t from;
    std::size_t to;
    Incarnation incarnation;
    Message message;
  };

  void take(std::size_t i, const Output& output) {
    if (const auto* change = std::get_if<StandingChanged>(&output))
      seen.push_back({now_, i, *change});
    if (std::holds_alternative<Refuted>(output)) ++refutations;
    const auto* send = std::get_if<Send>(&output);
    if (send == nullptr) return;
    const std::size_t to = index_.at(send->to);
    const std::size_t bytes = bytes_of(send->message);
    longest_ = std::max(longest_, bytes);
    hosts_[i].bytes += bytes;
    if (std::holds_alternative<Rumour>(send->message)) hosts_[i].rumour_bytes += bytes;
    if (cut.contains({i, to}) || random_.chance(loss)) return;
    const auto span = static_cast<std::uint64_t>((delay_most - delay_least).count()) + 1;
    const Duration delay = delay_least + Duration{static_cast<Duration::rep>(random_.below(span))};
    mail_.emplace(now_ + delay, Letter{i, to, hosts_[i].gossip->incarnation(), send->message});
  }
  void deliver() {
    auto node = mail_.extract(mail_.begin());
    Letter& letter = node.mapped();
    Host& h = hosts_[letter.to];
    if (!h.gossip) return;
    if (h.paused_until > now_) {
      node.key() = h.paused_until;
      mail_.insert(std::move(node));
      return;
    }
    input(letter.to, Incoming{host(letter.from), letter.incarnation, std::move(letter.message)});
  }
  void fire() {
    const std::size_t i = timers_.begin()->second;
    Host& h = hosts_[i];
    if (h.paused_until > now_) {
      timers_.erase(timers_.begin());
      h.due = h.paused_until;
      timers_.insert({h.due, i});
      return;
    }
    input(i, Tick{});
  }

  Parameters parameters_;
  Members members_;
  Random random_;
  Instant now_{1h};
  std::map<HostId, std::size_t> index_;
  std::vector<Host> hosts_;
  std::multimap<Instant, Letter> mail_;
  std::set<std::pair<Instant, std::size_t>> timers_;
  std::size_t longest_ = 0;
};

}  // namespace prumo::gossip
