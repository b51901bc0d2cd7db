#include "policy/likely.h"

#include "policy/cost.h"
#include "policy/problem.h"

namespace prumo::policy {

std::vector<VmId> likely_to_leave(const Host& host, const std::vector<Vm>& vms,
                                  const Parameters& parameters, std::size_t most) {
  std::vector<const Vm*> list;
  for (const Vm& vm : vms) list.push_back(&vm);
  const Problem p = lay_out({{host}, {}}, host, list, parameters, {});
  std::vector<VmId> likely;
  if (at_most(p.utilisation, p.target)) return likely;
  for (const bool enough : {true, false}) {
    for (const Candidate& c : p.candidates) {
      if (c.enough == enough && c.stays.empty() && likely.size() < most) likely.push_back(c.vm->id);
    }
  }
  return likely;
}

}  // namespace prumo::policy
