#pragma once
// Which paths a run has taken, told by what the peers say anyway: notes, effects and messages, and
// what the simulator did to them. A path is named by its kind and its text without names and
// numbers: "refused: settling for N s after VM". So a new reason is counted as soon as it is said,
// and only what nobody ever says must be listed somewhere: that is expected_paths.h.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/simulation/engine/watcher.h"

namespace prumo::simulation {

/// How often each path was taken.
using PathCounts = std::map<std::string, std::uint64_t>;

/// The text up to its first clause, with hosts, VMs and numbers taken out.
[[nodiscard]] std::string path_of(std::string_view text);

class Probes : public Watcher {
 public:
  void stepped(std::size_t host, const Effects&) override;
  void sent(std::size_t host, std::size_t to, const wire::Envelope&) override;
  void fault(const std::string& what) override { count("fault", what); }

  /// Counts a path whose text is said by a person or a peer.
  void count(const char* kind, std::string_view text) { ++counts_[kind + (": " + path_of(text))]; }
  [[nodiscard]] PathCounts counts() const;

 private:
  PathCounts counts_;
  std::map<const char*, std::uint64_t> messages_;  ///< by the address of the type's name
};

}  // namespace prumo::simulation
