#pragma once
// One elector by itself, told what happens, asked what it sent. Members are a, b, c…; z outranks a.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "election/elector.h"

namespace prumo::election::testing {

inline Members members_named(const std::string& letters) {
  std::vector<Member> list;
  for (const char c : letters) list.push_back(Member{HostId(std::string(1, c)), "", "", 0});
  return Members(list);
}

class OnePeer {
 public:
  OnePeer(const std::string& self, const std::string& letters, Durable durable = {},
          Parameters p = {})
      : members(members_named(letters)),
        elector(p, HostId(self), members, std::move(durable), Random(1), Instant{}) {}

  /// Moves to that time, with a Tick at each deadline on the way; keeps what comes out.
  void at(Duration when) {
    while (elector.next_deadline() <= Instant{when}) {
      now = elector.next_deadline();
      elector.step(now, Tick{}, out);
    }
    now = Instant{when};
    elector.step(now, Tick{}, out);
  }
  void give(const Input& input) { elector.step(now, input, out); }
  void hear(const std::string& from, const Message& m, std::uint64_t won = 0) {
    give(Incoming{HostId(from), Epoch{won}, m});
  }
  void claim_by(const std::string& from, std::uint64_t epoch) {
    hear(from, Coordinator{Epoch{epoch}, members.digest()});
  }
  void heartbeat_by(const std::string& from, std::uint64_t epoch, std::uint64_t sequence = 1) {
    hear(from, Heartbeat{Epoch{epoch}, sequence, members.digest()}, epoch);
  }
  void live(const std::string& letters) {
    Live input;
    for (const char c : letters) input.hosts.insert(HostId(std::string(1, c)));
    give(input);
  }
  /// Makes it win as it would in a cluster that has just been started; it leads from `when` on.
  /// Requires: nothing was promised.
  void win(Duration when) {
    at(when);
    const auto ask = last<Election>();
    for (const Member& m : members.list()) {
      if (ask) hear(m.id.value, Ok{ask->attempt, false, true});
    }
    const auto claim = last<Coordinator>();
    for (const Member& m : members.list()) {
      if (claim) hear(m.id.value, Accept{claim->epoch});
    }
  }
  void acknowledge_all(bool hears_majority = true) {
    const auto beat = last<Heartbeat>();
    for (const Member& m : members.list()) {
      hear(m.id.value, HeartbeatAck{beat->epoch, beat->sequence, hears_majority});
    }
  }

  /// Everything of that kind that came out since `forget`.
  template <class T>
  [[nodiscard]] std::vector<T> outputs() const {
    std::vector<T> found;
    for (const Output& o : out) {
      if (const T* const t = std::get_if<T>(&o)) found.push_back(*t);
    }
    return found;
  }
  template <class M>
  [[nodiscard]] std::vector<std::pair<HostId, M>> sent() const {
    std::vector<std::pair<HostId, M>> found;
    for (const Send& s : outputs<Send>()) {
      if (const M* const m = std::get_if<M>(&s.message)) found.emplace_back(s.to, *m);
    }
    return found;
  }
  template <class M>
  [[nodiscard]] std::optional<M> last() const {
    const auto all = sent<M>();
    return all.empty() ? std::nullopt : std::optional(all.back().second);
  }
  void forget() { out.clear(); }

  Members members;
  Elector elector;
  Instant now;
  std::vector<Output> out;
};

}  // namespace prumo::election::testing
