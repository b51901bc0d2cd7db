#pragma once
// What a cluster of many peers needs, measured on the shipping code in virtual time: how fast news
// spreads, what it costs on the wire, how soon a death is noticed and a coordinator replaced, and
// how long a decision takes. Calm but for the loss that is asked for and the deaths that are
// measured. Bytes are those of the frames; what ZeroMQ and TCP add is not in them.

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "src/core/time.h"

namespace prumo::simulation {

struct Scale {
  std::size_t hosts = 0;
  double loss = 0;
  std::vector<Duration> ordinary;  ///< a new sample, until all know it; one each change, ascending
  std::vector<Duration> urgent;    ///< a changed mode; likewise
  std::vector<double> sent_bytes_per_s;  ///< of each host but the coordinator, ascending
  double coordinator_bytes_per_s = 0;
  std::map<std::string, double> kinds_bytes_per_s;  ///< mean of all hosts, by type of message
  Duration suspect{0};                              ///< a killed daemon is suspected by all
  Duration dead{0};                                 ///< … and dead to all
  Duration ordered{0};   ///< from an overloaded host's request to the order it obeys
  Duration decision{0};  ///< real time of the decision alone, 40 VMs on the overloaded host
  Duration acts{0};      ///< after the coordinator was killed, until another acts
  Duration followed{0};  ///< … and all follow it
};

/// Requires: at least 3 hosts, loss below 1. Throws std::runtime_error when something that must
/// happen does not within a minute of virtual time.
[[nodiscard]] Scale measure_scale(std::size_t hosts, double loss, std::uint64_t seed);

}  // namespace prumo::simulation
