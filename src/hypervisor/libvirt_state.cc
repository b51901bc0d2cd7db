#include "src/hypervisor/libvirt_state.h"

#include <libvirt/libvirt.h>

namespace prumo::hypervisor {

bool may_be_incoming(int state, int reason) {
  return state == VIR_DOMAIN_PAUSED &&
         (reason == VIR_DOMAIN_PAUSED_MIGRATION || reason == VIR_DOMAIN_PAUSED_STARTING_UP ||
          reason == VIR_DOMAIN_PAUSED_UNKNOWN || reason == VIR_DOMAIN_PAUSED_POSTCOPY);
}

DomainState state_of(int state, int reason, Job job, bool persistent) {
  switch (state) {
    case VIR_DOMAIN_RUNNING:
    case VIR_DOMAIN_BLOCKED:
      // Post-copy: it runs here already, while the rest of its memory comes.
      return DomainState::kRunning;
    case VIR_DOMAIN_PAUSED:
      if (job == Job::kIncoming) return DomainState::kPausedIncoming;
      // The moment of the switch: still the source's VM.
      if (job == Job::kOutgoing) return DomainState::kRunning;
      return reason == VIR_DOMAIN_PAUSED_MIGRATION || reason == VIR_DOMAIN_PAUSED_POSTCOPY ||
                     reason == VIR_DOMAIN_PAUSED_POSTCOPY_FAILED
                 ? DomainState::kPausedMigrated
                 : DomainState::kPaused;
    case VIR_DOMAIN_NOSTATE:
    case VIR_DOMAIN_SHUTOFF:
      // A domain that is neither active nor defined exists only while one is being received or
      // created.
      if (!persistent) return DomainState::kPausedIncoming;
      return state == VIR_DOMAIN_SHUTOFF && reason == VIR_DOMAIN_SHUTOFF_MIGRATED
                 ? DomainState::kLeftDefined
                 : DomainState::kShutOff;
    default:
      return DomainState::kOther;
  }
}

}  // namespace prumo::hypervisor
