#pragma once
// What one peer knows, for people. The daemon of any host answers for the whole cluster from it.

#include <optional>
#include <string>
#include <vector>

#include "gossip/gossip.h"
#include "src/peer/durable.h"
#include "src/peer/event.h"

namespace prumo {

struct HostStatus {
  HostId id;
  gossip::Standing standing = gossip::Standing::kDead;
  bool self = false;
  bool known = false;  ///< its summary has been heard
  gossip::Summary summary;
  Duration age{0};         ///< of the summary
  Duration silent_for{0};  ///< since it was last heard directly
  bool barred = false;
};

struct Status {
  Instant as_of;  ///< on this host's own time line
  HostId self;
  Incarnation incarnation;
  std::optional<HostId> coordinator;
  Epoch epoch;  ///< the one followed, or led
  Duration coordinator_for{0};
  bool acting = false;  ///< this peer leads with a valid lease
  Epoch accepted;
  Epoch won;
  gossip::Mode mode = gossip::Mode::kAuto;
  gossip::Pause pause;
  bool admitted = true;
  bool store_ok = true;
  std::vector<HostStatus> hosts;  ///< by id
  std::vector<Domain> domains;    ///< of this host, last reading
  Duration reading_age{0};
  Resources capacity;  ///< of this host
  Resources measured;  ///< of this host, by its last sample, before smoothing
  Duration sample_interval{0};
  std::optional<OperationRecord> operation;
  std::optional<MigrationProgress> progress;
  SlotRecord slot;
  std::vector<Cooldown> cooldowns;
  std::vector<Avoided> avoided;
  std::vector<LeftAlone> left_alone;
  std::vector<Freed> freed;
  std::vector<std::pair<VmId, std::string>> operator_needed;
  std::string no_relief;  ///< reason of the last NO_RELIEF, empty when none
  Duration retry_in{0};
  std::optional<RoundId> last_round;  ///< last round this peer decided or obeyed
  std::uint64_t messages_dropped = 0;
};

}  // namespace prumo
