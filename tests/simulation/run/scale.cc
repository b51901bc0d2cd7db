#include "tests/simulation/run/scale.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <optional>
#include <stdexcept>

#include "policy/plan.h"
#include "tests/simulation/engine/cluster.h"
#include "tests/simulation/engine/draw.h"

namespace prumo::simulation {

namespace {

constexpr Duration kPoll = 20ms;
constexpr Duration kWarmUp = 15s;
constexpr Duration kWindow = 12s;  ///< in which bytes and ordinary changes are measured
constexpr Duration kPatience = 60s;
constexpr std::size_t kTracked = 12;
constexpr std::size_t kUrgent = 3;
constexpr std::size_t kVmsOfTheHot = 10;
constexpr std::size_t kHot = 0;  ///< index of the host that is overloaded from `kWarmUp` on

std::string padded(std::size_t number) {
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "h%04zu", number);
  return text.data();
}

VmSpec vm_on(std::size_t host, std::size_t number, const LoadTrace& load) {
  VmSpec vm;
  vm.id = VmId("vm-" + std::to_string(host) + "-" + std::to_string(number));
  vm.name = vm.id.value;
  vm.home = host;
  vm.load = load;
  vm.memory_mib = 2048;
  return vm;
}

Scenario scenario_for(std::size_t hosts, double loss, std::uint64_t seed) {
  Random random = Random(seed).fork("scale");
  Scenario s;
  s.seed = seed;
  std::vector<Member> members;
  for (std::size_t i = 0; i < hosts; ++i) {
    s.hosts.push_back({.rate_ppm = 1'000'000,
                       .uptime = draw(random, 0s, 600s),
                       .capacity = {16, 65'536, 10'000}});
    const std::string id = padded(i + 1);
    members.push_back({HostId(id), "tcp://" + id + ":7400", "", 0});
    // Loads that go up and down, so that the smoothed values are numbers with a fraction.
    std::vector<LoadTrace::Step> steps;
    for (TrueTime at = -1h; at < 5min; at = at < TrueTime{0} ? TrueTime{0} : at + 4s)
      steps.push_back({at, {draw(random, 2.0, 9.0), 2000, draw(random, 10.0, 900.0)}});
    if (i != kHot) s.vms.push_back(vm_on(i, 1, LoadTrace(std::move(steps))));
  }
  const LoadTrace hot({{-1h, {0.5, 2000, 10}}, {kWarmUp + kWindow, {1.6, 2000, 10}}});
  for (std::size_t i = 0; i < kVmsOfTheHot; ++i) s.vms.push_back(vm_on(kHot, i + 1, hot));
  s.members = Members(std::move(members));
  s.promised = s.parameters;
  s.network.loss = loss;
  return s;
}

/// Notices what the peers say, and which kind of message the bytes belong to.
class Ear : public Watcher {
 public:
  explicit Ear(const Cluster& cluster) : cluster_(cluster) {}

  void stepped(std::size_t host, const Effects& effects) override {
    for (const Effect& effect : effects) {
      const auto* note = std::get_if<Note>(&effect);
      if (note == nullptr) continue;
      if (std::holds_alternative<note::Requested>(*note) && host == kHot && !asked)
        asked = cluster_.now();
      if (const auto* decided = std::get_if<note::Decided>(note); decided && decided->mine)
        if (!ordered) ordered = cluster_.now();
      if (std::holds_alternative<note::Elected>(*note)) elected = host;
      if (const auto* following = std::get_if<note::Following>(note))
        followed[host] = following->coordinator;
    }
  }
  void sent(std::size_t, std::size_t, const wire::Envelope& envelope) override {
    attribute();
    kind_ = wire::name_of(envelope.message);
  }
  /// The frame is sent after it is told of, so bytes belong to the kind told of last.
  void attribute() {
    const std::uint64_t all = cluster_.network().bytes_sent();
    if (kind_ != nullptr) bytes[kind_] += all - attributed_;
    attributed_ = all;
  }

  std::optional<TrueTime> asked;
  std::optional<TrueTime> ordered;
  std::optional<std::size_t> elected;
  std::map<std::size_t, HostId> followed;
  std::map<const char*, std::uint64_t> bytes;

 private:
  const Cluster& cluster_;
  const char* kind_ = nullptr;
  std::uint64_t attributed_ = 0;
};

/// One change of one host's summary on its way to all.
struct Change {
  std::size_t subject = 0;
  Version before;
  std::optional<TrueTime> begun = std::nullopt;
  Version version{};
  std::vector<std::size_t> ignorant{};
  std::optional<Duration> took = std::nullopt;
};

class Measurement {
 public:
  Measurement(std::size_t hosts, double loss, std::uint64_t seed)
      : scenario_(scenario_for(hosts, loss, seed)), cluster_(scenario_, relay_), ear_(cluster_) {
    relay_.ear = &ear_;
    result_.hosts = hosts;
    result_.loss = loss;
  }

  Scale run() {
    cluster_.start();
    advance(kWarmUp);
    until("a coordinator", [&] { return ear_.elected.has_value(); });
    window();
    urgent();
    relief();
    death();
    another_coordinator();
    result_.decision = decision_time();
    return std::move(result_);
  }

 private:
  /// The cluster wants its watcher before the ear can know the cluster.
  struct Relay : Watcher {
    Ear* ear = nullptr;
    void stepped(std::size_t host, const Effects& effects) override { ear->stepped(host, effects); }
    void sent(std::size_t host, std::size_t to, const wire::Envelope& e) override {
      ear->sent(host, to, e);
    }
  };

  void advance(Duration length) {
    const TrueTime end = cluster_.now() + length;
    while (cluster_.heap().run_next(end)) {
    }
  }
  template <class Done>
  Duration until(const char* what, const Done& done) {
    const TrueTime begin = cluster_.now();
    while (!done()) {
      if (cluster_.now() - begin > kPatience)
        throw std::runtime_error(std::to_string(scenario_.hosts.size()) +
                                 " hosts: waited in vain for " + what);
      advance(kPoll);
    }
    return cluster_.now() - begin;
  }

  [[nodiscard]] const Peer* peer(std::size_t host) const { return cluster_.machine(host).peer(); }

  Change change_of(std::size_t subject) {
    return {.subject = subject, .before = peer(subject)->gossip().version()};
  }
  void look_at(Change& change) {
    if (change.took) return;
    const Version now = peer(change.subject)->gossip().version();
    if (!change.begun) {
      if (now == change.before) return;
      change.begun = cluster_.now();
      change.version = now;
      for (std::size_t i = 0; i < cluster_.size(); ++i)
        if (i != change.subject) change.ignorant.push_back(i);
    }
    const HostId& id = scenario_.id(change.subject);
    std::erase_if(change.ignorant, [&](std::size_t host) {
      return peer(host)->gossip().peers().at(id).version >= change.version;
    });
    if (change.ignorant.empty()) change.took = cluster_.now() - *change.begun;
  }

  void window() {
    std::vector<Change> changes;
    for (std::size_t i = 0; i < kTracked; ++i)
      changes.push_back(change_of(i * (cluster_.size() - 1) / (kTracked - 1)));
    std::vector<std::uint64_t> before;
    for (std::size_t i = 0; i < cluster_.size(); ++i)
      before.push_back(cluster_.network().bytes_sent(i));
    ear_.attribute();
    ear_.bytes.clear();
    const TrueTime end = cluster_.now() + kWindow;
    while (cluster_.now() < end) {
      advance(kPoll);
      for (Change& change : changes) look_at(change);
    }
    ear_.attribute();
    for (std::size_t i = 0; i < cluster_.size(); ++i) {
      const double rate =
          static_cast<double>(cluster_.network().bytes_sent(i) - before[i]) / seconds(kWindow);
      if (i == *ear_.elected)
        result_.coordinator_bytes_per_s = rate;
      else
        result_.sent_bytes_per_s.push_back(rate);
    }
    std::sort(result_.sent_bytes_per_s.begin(), result_.sent_bytes_per_s.end());
    for (const auto& [kind, bytes] : ear_.bytes)
      result_.kinds_bytes_per_s[kind] +=
          static_cast<double>(bytes) / seconds(kWindow) / static_cast<double>(cluster_.size());
    for (Change& change : changes) {
      until("a new sample to be known to all", [&] {
        look_at(change);
        return change.took.has_value();
      });
      result_.ordinary.push_back(*change.took);
    }
    std::sort(result_.ordinary.begin(), result_.ordinary.end());
  }

  void urgent() {
    for (std::size_t i = 1; i <= kUrgent; ++i) {
      Change change = change_of(i * (cluster_.size() - 1) / (kUrgent + 1));
      cluster_.machine(change.subject).request(SetMode{gossip::Mode::kAdvise});
      until("a changed mode to be known to all", [&] {
        look_at(change);
        return change.took.has_value();
      });
      result_.urgent.push_back(*change.took);
    }
    std::sort(result_.urgent.begin(), result_.urgent.end());
  }

  void relief() {
    until("an order", [&] { return ear_.ordered.has_value(); });
    result_.ordered = *ear_.ordered - *ear_.asked;
  }

  /// Every other live peer holds at least that standing of `host`.
  [[nodiscard]] bool all_hold(std::size_t host, gossip::Standing least) const {
    for (std::size_t i = 0; i < cluster_.size(); ++i)
      if (i != host && peer(i) != nullptr &&
          peer(i)->gossip().peers().at(scenario_.id(host)).standing < least)
        return false;
    return true;
  }

  void death() {
    std::size_t victim = cluster_.size() / 2;
    if (victim == *ear_.elected) ++victim;
    cluster_.machine(victim).kill_daemon(24h);
    const Duration suspect =
        until("a suspicion", [&] { return all_hold(victim, gossip::Standing::kSuspect); });
    result_.suspect = suspect;
    result_.dead =
        suspect + until("a death", [&] { return all_hold(victim, gossip::Standing::kDead); });
  }

  void another_coordinator() {
    const std::size_t old = *ear_.elected;
    ear_.elected.reset();
    ear_.followed.clear();
    cluster_.machine(old).kill_daemon(24h);
    result_.acts = until("another coordinator", [&] { return ear_.elected.has_value(); });
    const std::size_t live = cluster_.size() - 2;
    result_.followed = result_.acts + until("followers", [&] {
                         const HostId& led = scenario_.id(*ear_.elected);
                         return static_cast<std::size_t>(
                                    std::count_if(ear_.followed.begin(), ear_.followed.end(),
                                                  [&](const auto& f) { return f.second == led; })) +
                                    1 >=
                                live;
                       });
  }

  /// The best of five: what it takes on a machine that is not otherwise busy.
  [[nodiscard]] Duration decision_time() const {
    Random random(scenario_.seed);
    policy::Snapshot snapshot;
    for (const Member& member : scenario_.members.list()) {
      policy::Host host;
      host.id = member.id;
      host.capacity = {16, 65'536, 10'000};
      host.usage = {draw(random, 1.0, 14.0), 30'000, 500};
      snapshot.hosts.push_back(std::move(host));
    }
    const HostId& hot = scenario_.id(kHot);
    snapshot.hosts[kHot].usage.cpu = 15.5;
    for (std::size_t i = 0; i < 40; ++i) {
      policy::Vm vm;
      vm.id = VmId("vm-" + std::to_string(i));
      vm.host = hot;
      vm.usage = {draw(random, 0.1, 0.6), 1'000, 5};
      vm.image_mib = draw(random, 200.0, 900.0);
      snapshot.vms.push_back(std::move(vm));
    }
    Duration best = Duration::max();
    for (int i = 0; i < 5; ++i) {
      const auto begin = std::chrono::steady_clock::now();
      const policy::Relief relief = policy::relieve(snapshot, hot, {});
      const auto took = std::chrono::steady_clock::now() - begin;
      if (relief.host != hot) throw std::runtime_error("the decision is about another host");
      best = std::min(best, std::chrono::duration_cast<Duration>(took));
    }
    return best;
  }

  Scenario scenario_;
  Relay relay_;
  Cluster cluster_;
  Ear ear_;
  Scale result_;
};

}  // namespace

Scale measure_scale(std::size_t hosts, double loss, std::uint64_t seed) {
  return Measurement(hosts, loss, seed).run();
}

}  // namespace prumo::simulation
