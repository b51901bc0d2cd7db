#include "src/replay/policies/three_phase.h"

#include "src/replay/policies/hot.h"

namespace prumo::replay {

std::vector<Proposal> ThreePhase::decide(const View& view) {
  return relieve_hot(view, parameters_, [](const policy::Problem&, const policy::Choice& choice) {
    return choice.hosts;
  });
}

}  // namespace prumo::replay
