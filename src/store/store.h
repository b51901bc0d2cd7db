#pragma once
// state.db: what must survive (DurableState), synchronous FULL, one transaction a write.
// history.db: what people ask about afterwards; disposable, set aside when corrupt.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "src/core/result.h"
#include "src/peer/durable.h"

namespace prumo::store {

struct Restored {
  DurableState state;
  bool fresh = false;     ///< no file was there: a first start, or a lost store
  std::string set_aside;  ///< a corrupt file was moved here; empty: none
};

/// Not thread-safe; the daemon gives it a thread of its own.
class StateStore {
 public:
  virtual ~StateStore() = default;
  virtual Result<void> write(const DurableState&) = 0;
};
struct OpenedState {
  std::unique_ptr<StateStore> store;
  Restored restored;
};
/// Opens or creates `folder`/state.db. Errors: the folder is not writable, the disk is full,
/// another daemon holds the file, or the file was written by a newer version.
[[nodiscard]] Result<OpenedState> open_state(const std::string& folder);

struct HistoryEntry {
  std::int64_t unix_ms = 0;
  std::string kind;     ///< "decided", "started", "finished", "elected"…
  std::string subject;  ///< host, VM or operation it is about, for look-ups
  std::string text;     ///< the line that a person reads
  std::string json;     ///< all of it, at most 64 KiB
};

/// What a round's decisions rest on, so that they can be made again. Kept apart from the entries:
/// it is large, and only looked up by its round.
struct Basis {
  std::int64_t unix_ms = 0;
  std::string round;
  std::string json;
};
/// A longer one is not kept: it would not fit into one answer.
inline constexpr std::size_t kBasisMost = 800 * 1024;

/// Thread-safe. Failures are counted and said once; history never stops the daemon.
class History {
 public:
  virtual ~History() = default;
  virtual void add(const HistoryEntry&) = 0;
  /// Newest first. Empty `kind` or `subject`: any. `mention`: only those in whose JSON this text
  /// stands somewhere, of the newest 2,000 of that kind and subject; empty: any.
  virtual std::vector<HistoryEntry> find(const std::string& kind, const std::string& subject,
                                         std::size_t most, const std::string& mention = "") = 0;
  /// Keeps the newest 2,000, at most 64 MiB together.
  virtual void keep(const Basis&) = 0;
  [[nodiscard]] virtual std::optional<Basis> basis_of(const std::string& round) = 0;
  [[nodiscard]] virtual std::string trouble() const = 0;
};
/// Opens or creates `folder`/history.db; a corrupt file is set aside. Keeps the newest `most`
/// entries.
[[nodiscard]] std::unique_ptr<History> open_history(const std::string& folder,
                                                    std::size_t most = 10'000);

}  // namespace prumo::store
