#pragma once
// Switches that break a mechanism in the simulator alone, to show that the checkers would notice.
// Each is an environment that breaks its promise: a store that forgets, effects out of order, a
// clock beyond its bound.

namespace prumo::simulation {

struct Breakage {
  bool forget_slot = false;       ///< a restart finds no slot record
  bool forget_operation = false;  ///< … no operation record, nor what was last obeyed
  bool forget_cooldowns = false;
  bool forget_election = false;
  bool forget_starts = false;
  bool unordered_effects = false;  ///< what waits for the disk is carried out at once
  bool late_effects = false;       ///< `not_after` is not looked at
  bool stale_readings = false;     ///< old readings claim to have been begun just now
  bool refusals_accept = false;    ///< a refused claim arrives as accepted
  bool repeated_orders = false;    ///< the hypervisor is handed each order twice
  bool release_frees = false;      ///< a RELEASE brings a reading in which the VM is not there
  bool one_run = false;            ///< all frames of an id that is used twice tell of one run
  bool mute_twins = false;         ///< nobody asks who else runs a VM
  bool early_start = false;        ///< a daemon believes that it has run for a minute already
  bool same_boot = false;          ///< a host keeps its boot id although its clock began anew
};

}  // namespace prumo::simulation
