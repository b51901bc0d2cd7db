#pragma once
// How a migration has ended, where the hypervisor's word alone does not tell: settled by readings of
// this host that were begun after that word. The VM is here with no job: it has stayed; it is
// neither here nor defined: it has left; anything else that lasts needs an operator. Shut off but
// defined is "here" only with the hypervisor's word that the migration failed.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "src/peer/event.h"
#include "src/peer/own_host.h"
#include "src/peer/turn.h"

namespace prumo {

class Doubt {
 public:
  enum class Found : std::uint8_t { kUnsettled, kGone, kHere, kHalfWay };

  /// `word` is the hypervisor's, kUnknown where there is none. Only readings begun after `since`
  /// count, and those of a hypervisor that has answered for `grace`.
  Doubt(MigrationEnded word, Instant since, Duration grace, std::string why)
      : word_(std::move(word)), since_(since), grace_(grace), why_(std::move(why)) {}

  /// What the newest reading settles about `vm`. kHalfWay: neither running here nor gone, and that
  /// for a third of `lost_after`.
  [[nodiscard]] Found looked(const Turn&, const OwnHost&, const VmId& vm);
  /// A look that the hypervisor did not answer.
  void unanswered() { answers_since_.reset(); }

  [[nodiscard]] const MigrationEnded& word() const { return word_; }
  [[nodiscard]] Instant since() const { return since_; }
  [[nodiscard]] const std::string& why() const { return why_; }

 private:
  MigrationEnded word_;
  Instant since_;
  Duration grace_;
  std::string why_;
  std::optional<Instant> stuck_since_;    ///< neither running here nor gone
  std::optional<Instant> answers_since_;  ///< the hypervisor, to each look
};

}  // namespace prumo
