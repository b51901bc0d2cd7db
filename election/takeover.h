#pragma once
// How long a returning higher rank must prove itself. A host that takes over and is lost again
// makes everyone pay twice, so its delay doubles each time, and starts afresh once a takeover has
// held.

#include <algorithm>
#include <map>

#include "election/parameters.h"
#include "src/core/ids.h"

namespace prumo::election {

class Takeovers {
 public:
  /// This peer has resigned to `host`.
  void resigned_to(const HostId& host, Instant now) {
    Record& r = records_[host];
    r.at = now;
    r.open = true;
  }
  /// This peer leads again: whoever took over meanwhile has been lost.
  void leads_again(const Parameters& p, Instant now) {
    std::erase_if(records_, [&](const auto& e) { return now - e.second.at > p.takeover_most; });
    for (auto& [host, r] : records_) {
      if (r.open) r.doublings = std::min(r.doublings + 1, kMostDoublings);
      r.open = false;
    }
  }
  [[nodiscard]] Duration delay(const Parameters& p, const HostId& host) const {
    const auto it = records_.find(host);
    Duration d = p.takeover_delay;
    for (int i = 0; it != records_.end() && i < it->second.doublings && d < p.takeover_most; ++i) {
      d *= 2;
    }
    return std::min(d, p.takeover_most);
  }
  /// Forgets whoever is no longer a member, so that the table stays within the members.
  template <class IsMember>
  void keep(IsMember is_member) {
    std::erase_if(records_, [&](const auto& e) { return !is_member(e.first); });
  }

 private:
  static constexpr int kMostDoublings = 32;
  struct Record {
    Instant at;
    int doublings = 0;
    bool open = false;  ///< resigned to, not yet seen to be lost
  };
  std::map<HostId, Record> records_;
};

}  // namespace prumo::election
