#include "src/peer/told.h"

#include <algorithm>

#include "src/peer/tables.h"

namespace prumo {

bool Told::looked_since(Turn& turn, const HostId& from, const OpId& op, const OwnHost& host) {
  auto& told = first_[from];
  const auto [it, first] = told.try_emplace(op, turn.now);
  if (!first && host.begun() > it->second) {
    told.erase(it);
    return true;
  }
  if (told.size() > kMostOwed) {
    told.erase(std::min_element(told.begin(), told.end(),
                                [](const auto& a, const auto& b) { return a.second < b.second; }));
  }
  turn.observe();
  return false;
}

}  // namespace prumo
