#pragma once
// What the checkers are told. The simulator tells facts of the world; it draws no conclusions.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "src/core/ids.h"
#include "src/peer/effect.h"
#include "src/wire/codec.h"

namespace prumo::simulation {

/// One migration as the world knows it.
struct MigrationFacts {
  std::uint64_t serial = 0;
  std::optional<OpId> op;  ///< nothing: an operator's own, not prumo's
  VmId vm;
  std::size_t from = 0;
  std::size_t to = 0;
};

/// Why a VM begins to run somewhere.
enum class Begins : std::uint8_t {
  kArrives,  ///< its migration has switched over
  kResumes,  ///< at the source, when libvirt takes the migration for failed
  kBoots,    ///< with its host
  kOrdered,  ///< by an operator
};

class Watcher {
 public:
  Watcher() = default;
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;
  virtual ~Watcher() = default;

  /// The order to migrate was handed to the source's hypervisor.
  virtual void handed_over(const MigrationFacts&) {}
  /// The VM appeared, paused and incoming, at the destination.
  virtual void appeared(const MigrationFacts&) {}
  /// The incoming VM is no longer incoming: `arrived`, or gone from there.
  virtual void disappeared(const MigrationFacts&, bool /*arrived*/) {}
  /// The job is over at the source, whatever came of it.
  virtual void ended(const MigrationFacts&) {}
  /// `vm` began to run somewhere; it runs on `copies` hosts now.
  virtual void running(const VmId& /*vm*/, std::size_t /*copies*/, Begins) {}

  /// The peer of `host` was stepped; these are the effects it asked for.
  virtual void stepped(std::size_t /*host*/, const Effects&) {}
  /// The frame left the host.
  virtual void sent(std::size_t /*host*/, std::size_t /*to*/, const wire::Envelope&) {}
  /// That value reached the host's platter.
  virtual void landed(std::size_t /*host*/, const DurableState&) {}
  /// The host's store was lost, or an old one put in its place.
  virtual void store_lost(std::size_t /*host*/) {}
  virtual void daemon_started(std::size_t /*host*/) {}
  /// Its VMs are gone, and nothing that is under way reaches its platter.
  virtual void lost_power(std::size_t /*host*/) {}
  /// Something was made to go wrong, or was mended; in words.
  virtual void fault(const std::string& /*what*/) {}
};

}  // namespace prumo::simulation
