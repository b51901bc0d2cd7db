#pragma once
// Who was refused what, how often and when last: how people find a broken or hostile host.
// Strangers may come from any number of addresses, so beyond a bound they are counted together.

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "src/core/time.h"

namespace prumo::daemon {

class Ledger {
 public:
  static constexpr std::size_t kMost = 256;

  /// True when it is worth a line: the first time, and again after an hour without.
  bool add(Instant now, const std::string& who, const std::string& what, std::uint64_t times) {
    auto it = entries_.find({who, what});
    if (it == entries_.end()) {
      const bool full = entries_.size() >= kMost;
      it = entries_.try_emplace({full ? "others" : who, what}).first;
    }
    Entry& entry = it->second;
    const bool told = entry.times > 0 && now - entry.last < kTellAgain;
    entry.times += times;
    entry.last = now;
    return !told;
  }
  /// [{"who", "what", "times", "ago_s"}]
  [[nodiscard]] nlohmann::json to_json(Instant now) const {
    nlohmann::json out = nlohmann::json::array();
    for (const auto& [about, entry] : entries_)
      out.push_back({{"who", about.first},
                     {"what", about.second},
                     {"times", entry.times},
                     {"ago_s", seconds(now - entry.last)}});
    return out;
  }

 private:
  static constexpr Duration kTellAgain = 1h;
  struct Entry {
    std::uint64_t times = 0;
    Instant last;
  };
  std::map<std::pair<std::string, std::string>, Entry> entries_;
};

}  // namespace prumo::daemon
