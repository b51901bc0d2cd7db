#pragma once
// What one look at the host and its hypervisor showed. Evidence: a slot or an operation changes
// only on a reading that was begun after the cause, and after the reading before was used.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/forecast.h"
#include "src/core/ids.h"
#include "src/core/time.h"
#include "src/core/units.h"

namespace prumo {

enum class DomainState : std::uint8_t {
  kRunning,
  kPaused,          ///< by somebody, for a reason of their own
  kPausedIncoming,  ///< an incoming migration has not finished here
  kPausedMigrated,  ///< migrated away or half migrated: paused with no job, the other side must be
                    ///< asked
  kShutOff,         ///< defined, not active
  kOther,           ///< crashed, dying, suspended by power management
  kLeftDefined,     ///< shut off because it migrated away, and still defined
};
[[nodiscard]] constexpr bool active(DomainState state) {
  return state != DomainState::kShutOff && state != DomainState::kLeftDefined;
}
enum class Job : std::uint8_t { kNone, kIncoming, kOutgoing, kOther };

/// The hook by which a hypervisor asks before it takes a VM in; kNone: it knows no such thing.
enum class Hook : std::uint8_t { kNone, kMissing, kInstalled };

struct Domain {
  VmId id;
  std::string name;
  DomainState state = DomainState::kShutOff;
  Job job = Job::kNone;
  bool persistent = false;
  bool autostart = false;
  Resources usage;        ///< of the last sample period; 0 in an `Observed` reading
  double memory_mib = 0;  ///< configured maximum
  double image_mib = 0;   ///< what a migration would copy: resident memory, at most memory_mib
  std::string pinned;  ///< why it can't migrate (passthrough device, local disk…); empty: it can
  std::string wishes;  ///< how it wants to be migrated, as "method=auto deadline=60s"
  std::optional<policy::Manner> manner{};  ///< how it would migrate now; empty: not known
  bool operator==(const Domain&) const = default;
  [[nodiscard]] bool active() const { return prumo::active(state); }
};

struct Reading {
  Instant begun;               ///< before the first question was put to the hypervisor
  bool hypervisor_ok = false;  ///< false: `domains` says nothing, `trouble` why
  std::string trouble;
  Resources capacity;
  Resources usage;  ///< instantaneous, of the last sample period
  double available_memory_mib = 0;
  std::vector<Domain> domains;
  /// How others' libvirt reaches this one: connection URI and migration URI; empty: unknown.
  std::string connect_uri;
  std::string migrate_uri;
  Hook hook = Hook::kNone;
};

}  // namespace prumo
