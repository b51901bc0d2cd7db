#pragma once
// Small clusters for the tests: hosts of capacity 100 each unless said otherwise, so that figures
// are percentages, and builders that read like a sentence.

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "policy/plan.h"

namespace prumo::policy::testing {

inline Host host(const std::string& id, Resources usage, Resources capacity = {100, 100, 100}) {
  return {HostId(id), capacity, usage, std::nullopt, ""};
}
inline Vm vm(const std::string& id, const std::string& on, Resources usage,
             double image_mib = 100) {
  Vm v;
  v.id = VmId(id);
  v.host = HostId(on);
  v.usage = usage;
  v.image_mib = image_mib;
  return v;
}

/// "web1>h2 web2>h3", in the order of the moves.
inline std::string moves_of(const Relief& relief) {
  std::string text;
  for (const Move& m : relief.moves) {
    text += (text.empty() ? "" : " ") + m.vm.value + ">" + m.to.value;
  }
  return text;
}
inline std::string relieved(const Snapshot& s, const std::string& id, const Parameters& p = {}) {
  return moves_of(relieve(s, HostId(id), p));
}

inline const PairVerdict* pair_of(const Relief& r, const std::string& vm_id,
                                  const std::string& host_id) {
  const auto& pairs = r.explanation.pairs;
  const auto it = std::find_if(pairs.begin(), pairs.end(), [&](const PairVerdict& v) {
    return v.vm.value == vm_id && v.host.value == host_id;
  });
  return it == pairs.end() ? nullptr : &*it;
}
inline const VmVerdict* verdict_of(const Relief& r, const std::string& vm_id) {
  const auto& vms = r.explanation.vms;
  const auto it =
      std::find_if(vms.begin(), vms.end(), [&](const VmVerdict& v) { return v.vm.value == vm_id; });
  return it == vms.end() ? nullptr : &*it;
}

}  // namespace prumo::policy::testing
