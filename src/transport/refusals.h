#pragma once
// What was refused or dropped: counted by reason since the start, and by whom since the last turn,
// which the sink is told at its end. Both stay small: reasons are few, and a turn takes in so much.

#include <map>
#include <string>
#include <utility>

#include "src/transport/transport.h"

namespace prumo::transport {

class Refusals {
 public:
  void count(const std::string& reason) { ++counters_[reason]; }
  /// `who`: a member, a client, or an address.
  void refuse(const std::string& who, const std::string& reason) {
    count(reason);
    ++news_[{who, reason}];
  }
  void tell(Sink& sink) {
    for (const auto& [what, times] : std::exchange(news_, {}))
      sink.on_refused(what.first, what.second, times);
  }
  [[nodiscard]] const Counters& counters() const { return counters_; }

 private:
  Counters counters_;
  std::map<std::pair<std::string, std::string>, std::uint64_t> news_;
};

}  // namespace prumo::transport
