#pragma once
// A small deterministic world for electors alone: virtual clocks with drift, a network that delays,
// loses, duplicates and cuts, disks that are slow, processes that pause, crash and come back. After
// every event it asserts what must always hold; a broken promise is a line in `violations`.

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "election/elector.h"

namespace prumo::election::testing {

struct Faults {
  Duration delay_least{300};
  Duration delay_most{1000};
  Duration disk_most{3000};
  double loss = 0;
  double duplicate = 0;
  double fail_disk = 0;  ///< chance that a write fails; the next is tried half a second later
  double slow_disk = 0;  ///< chance that a write takes up to 600 ms
};

struct WorldOptions {
  std::size_t members = 3;
  Parameters parameters;
  std::uint64_t seed = 1;
  double drift_each = 0.045;  ///< each clock's rate is within 1 ± this
  bool keep_durable = true;   ///< false: a crash loses the store, and nobody is told
};

class World {
 public:
  explicit World(WorldOptions options);

  /// Runs until that moment of true time.
  void run_until(Duration until);
  void run_for(Duration d) { run_until(now_ + d); }
  [[nodiscard]] Duration now() const { return now_; }

  Faults faults;
  std::set<std::pair<std::size_t, std::size_t>> cuts;  ///< (from, to): nothing gets through

  void crash(std::size_t i);
  void start(std::size_t i);
  void pause(std::size_t i, Duration d);
  /// True when the process is there, paused or not.
  [[nodiscard]] bool up(std::size_t i) const { return machines_[i].elector.has_value(); }
  void feed(std::size_t i, const Input& input);
  /// Tells everyone who is up and reachable, as gossip would have it in the end.
  void settle_gossip();
  /// Tells `i` that exactly these may lead.
  void tell_live(std::size_t i, const std::set<std::size_t>& live);

  [[nodiscard]] const Elector& elector(std::size_t i) const { return *machines_[i].elector; }
  [[nodiscard]] std::vector<std::size_t> acting() const;
  [[nodiscard]] Instant local(std::size_t i) const;
  [[nodiscard]] HostId id(std::size_t i) const { return machines_[i].id; }
  [[nodiscard]] std::size_t size() const { return machines_.size(); }
  [[nodiscard]] Epoch highest_won() const;
  Random random;

  std::vector<std::string> violations;
  std::map<std::size_t, int> sent;  ///< how many of each alternative of Message were sent
  std::vector<std::pair<Duration, std::size_t>> wins;
  std::set<HostId> suspected;

 private:
  struct Machine {
    HostId id;
    double rate = 1;
    Duration boot{0};  ///< true time at which the local clock read zero
    std::optional<Elector> elector;
    Durable disk;
    std::uint64_t run = 0;  ///< raised at each crash: what was in flight inside is void
    Duration paused_until{0};
    std::deque<Input> inbox;     ///< while paused
    std::deque<Output> waiting;  ///< for the disk; a Save is followed by what waits for it
    std::deque<Durable> writes;  ///< the values of the Saves in `waiting`
    bool writing = false;
    Epoch shown;  ///< highest epoch that an accept or acknowledgement has shown
    Epoch floor_seen;
    Duration next_wake = Duration::max();
  };
  struct Happening {
    std::size_t machine = 0;
    std::uint64_t run = 0;
    enum class What { kMessage, kWake, kWritten, kResume, kRetry, kGossip } what = What::kWake;
    std::optional<Input> input;
  };

  void at(Duration when, Happening h);
  void happen(const Happening& h);
  void step(std::size_t i, const Input& input);
  void carry_out(std::size_t i);
  void transmit(std::size_t i, const Send& s);
  void schedule_wake(std::size_t i);
  void check();
  void violate(const std::string& what);
  [[nodiscard]] Duration between(Duration least, Duration most);
  [[nodiscard]] std::size_t index_of(const HostId& id) const;

  WorldOptions options_;
  Members members_;
  Duration now_{0};
  std::uint64_t order_ = 0;
  std::map<std::pair<Duration, std::uint64_t>, Happening> queue_;
  std::vector<Machine> machines_;
  std::map<Epoch, HostId> winners_;
  std::set<Epoch> announced_;  ///< whose Acting was carried out
  std::uint64_t checks_ = 0;
};

}  // namespace prumo::election::testing
