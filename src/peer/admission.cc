#include "src/peer/admission.h"

#include "election/leap.h"

namespace prumo {

bool Admission::heartbeat(const Turn& turn, const HostId& from, Epoch epoch) {
  if (epoch > election::leap_from(turn.floor)) return false;
  const Duration promise = turn.parameters.election.promise;
  const bool goes_on = candidate_ && candidate_->coordinator == from &&
                       candidate_->epoch == epoch && turn.now - candidate_->last < promise;
  if (!goes_on) {
    if (candidate_ && epoch < candidate_->epoch && turn.now - candidate_->last < promise)
      return false;
    candidate_ = Candidate{from, epoch, turn.now, turn.now};
    return false;
  }
  candidate_->last = turn.now;
  return turn.now - candidate_->since >= promise + effective_settle(turn.parameters);
}

}  // namespace prumo
