#include "src/peer/doubt.h"

namespace prumo {
namespace {

using Found = Doubt::Found;

/// What one reading tells; kUnsettled: it is on its way.
Found found(const Domain* d, MigrationEnded::How word) {
  if (d == nullptr) return Found::kGone;
  if (d->job == Job::kOutgoing) return Found::kUnsettled;  // whatever we were told
  const bool known = word != MigrationEnded::How::kUnknown;
  // With libvirt's word that it failed, another job (a backup that began just then) is none of
  // ours; without, it may hide a migration.
  const bool quiet = d->job == Job::kNone || (d->job == Job::kOther && known);
  // With that word, one that its guest has shut off meanwhile is simply off.
  const bool off = known && d->state == DomainState::kShutOff;
  const bool up = d->state == DomainState::kRunning || d->state == DomainState::kPaused;
  return off || (quiet && up) ? Found::kHere : Found::kHalfWay;
}

}  // namespace

Found Doubt::looked(const Turn& turn, const OwnHost& host, const VmId& vm) {
  if (host.begun() <= since_) return Found::kUnsettled;
  const Found what = found(host.find(vm), word_.how);
  // Told from the first such look on: after the grace, this wait would take longer than is promised.
  if (what != Found::kHalfWay)
    stuck_since_.reset();
  else if (!stuck_since_)
    stuck_since_ = turn.now;
  if (grace_ > Duration{0}) {
    // While it hangs an order waits in it, and is carried out a moment after it answers again.
    if (!answers_since_) answers_since_ = turn.now;
    if (host.begun() <= *answers_since_ + grace_) return Found::kUnsettled;
  }
  const bool lasts =
      stuck_since_ && turn.now >= *stuck_since_ + turn.parameters.relief.lost_after / 3;
  return what == Found::kHalfWay && !lasts ? Found::kUnsettled : what;
}

}  // namespace prumo
