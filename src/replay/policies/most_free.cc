#include "src/replay/policies/most_free.h"

#include "policy/matching.h"
#include "src/replay/policies/hot.h"

namespace prumo::replay {
namespace {

std::vector<std::size_t> emptiest(const policy::Problem& problem, const policy::Choice& choice) {
  std::vector<policy::Takers> takers;
  for (const std::size_t vm : choice.vms)
    takers.push_back(emptiest_takers(problem, problem.candidates[vm]));
  std::vector<const policy::Takers*> wanted;
  for (const policy::Takers& each : takers) wanted.push_back(&each);
  return policy::assign(wanted, problem.destinations.size()).value_or(std::vector<std::size_t>());
}

}  // namespace

std::vector<Proposal> MostFree::decide(const View& view) {
  return relieve_hot(view, parameters_, emptiest);
}

}  // namespace prumo::replay
