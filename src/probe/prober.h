#pragma once
// Sends requests by schedule from a thread of its own, whatever becomes of them, and keeps when
// each was due, sent and ended. What is due while the thread was busy or asleep is sent as soon as
// it wakes, and is charged from when it was due: a late prober shows in `Request::lag`.

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "src/impact/request.h"
#include "src/impact/schedule.h"
#include "src/probe/probe.h"

namespace prumo::probe {

struct Load {
  double rate = 100;        ///< requests a second; above 0
  Duration patience = 10s;  ///< after which a request is given up, from when it was due
};

struct Record {
  std::vector<impact::Request> requests;        ///< in the order in which they were due
  Duration span{0};                             ///< in which requests were sent
  std::map<std::string, std::uint64_t> errors;  ///< what came back in place of answers, how often
};

class Prober {
 public:
  /// Begins at once.
  Prober(std::unique_ptr<Probe>, Load);
  ~Prober();
  Prober(const Prober&) = delete;
  Prober& operator=(const Prober&) = delete;

  /// Since the begin.
  [[nodiscard]] Duration now() const;
  /// Sends what was due until now and no more, waits for what is outstanding, and hands over all of it. Once only.
  [[nodiscard]] Record finish();

 private:
  void work();
  void send_what_is_due();
  void give_up_what_is_late();
  void ended(RequestNumber, const std::string& error);

  std::unique_ptr<Probe> probe_;
  Load load_;
  impact::Schedule schedule_;
  Duration begin_;
  Record record_;                      // the thread's until it has been joined
  std::vector<bool> over_;             // by number: it has ended
  std::size_t oldest_ = 0;             // all before it have ended
  std::atomic<std::int64_t> stop_us_;  // what is due from then on is not sent
  std::thread thread_;
};

/// Lets this process have as many descriptors as the system allows: each request that waits for its
/// answer holds one.
void raise_descriptor_limit();

}  // namespace prumo::probe
