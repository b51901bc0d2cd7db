// state.db: one table with one row. Write-ahead log with synchronous FULL: a write is one sync of
// the log, and every hundred writes or so a few more to fold the log into the file. The exclusive
// locking mode keeps other programs out and the log's index in memory.

#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "src/store/database.h"
#include "src/store/durable_json.h"
#include "src/store/folder_lock.h"
#include "src/store/set_aside.h"
#include "src/store/store.h"

namespace prumo::store {
namespace {

namespace fs = std::filesystem;

constexpr const char* kOpenState =
    "PRAGMA locking_mode = EXCLUSIVE;"
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = FULL;"
    "CREATE TABLE IF NOT EXISTS state("
    " one INTEGER PRIMARY KEY CHECK (one = 1),"
    " format INTEGER NOT NULL, checksum INTEGER NOT NULL, text BLOB NOT NULL)";

std::int64_t stored_checksum(const std::string& text) {
  return static_cast<std::int64_t>(checksum(text));
}

class SqliteState final : public StateStore {
 public:
  SqliteState(FolderLock lock, std::unique_ptr<Database> database, Statement replace)
      : lock_(std::move(lock)), database_(std::move(database)), replace_(std::move(replace)) {}

  Result<void> write(const DurableState& state) override {
    const std::string text = to_text(state);
    replace_.bind(1, kFormat);
    replace_.bind(2, stored_checksum(text));
    replace_.bind(3, text);
    // A single statement is its own transaction: all of it is stored, or nothing.
    const auto done = replace_.run();
    if (!done) return fail(done.error().message);
    return {};
  }

 private:
  FolderLock lock_;
  std::unique_ptr<Database> database_;
  Statement replace_;
};

struct Found {
  std::unique_ptr<Database> database;
  std::optional<DurableState> state;
};

DatabaseError newer(const std::string& path) {
  return {Fault::kOther,
          path + ": written by a newer prumod; install that version again, or move the file away"};
}

DatabaseResult<std::optional<DurableState>> read(Database& database, const std::string& path) {
  auto select = database.prepare("SELECT format, checksum, text FROM state");
  if (!select) return tl::unexpected(select.error());
  const auto row = select->step();
  if (!row) return tl::unexpected(row.error());
  if (!*row) return std::nullopt;
  if (select->number(0) > kFormat) return tl::unexpected(newer(path));
  const DatabaseError damaged{Fault::kCorrupt, path + ": damaged"};
  const std::string text = select->text(2);
  if (select->number(1) != stored_checksum(text)) return tl::unexpected(damaged);
  const auto state = parse(text);
  if (!state) return tl::unexpected(state.error() == Unreadable::kNewer ? newer(path) : damaged);
  return *state;
}

DatabaseResult<Found> open_and_read(const std::string& path) {
  auto database = Database::open(path);
  if (!database) return tl::unexpected(database.error());
  Found found{std::move(*database), std::nullopt};
  if (const auto done = found.database->execute(kOpenState); !done)
    return tl::unexpected(done.error());
  if (const auto sound = found.database->check(); !sound) return tl::unexpected(sound.error());
  auto state = read(*found.database, path);
  if (!state) return tl::unexpected(state.error());
  found.state = std::move(*state);
  return found;
}

}  // namespace

Result<OpenedState> open_state(const std::string& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    return fail(folder + ": " + error.message() +
                "; create it, writable for the user of prumod, or set another state folder");
  auto lock = FolderLock::take(folder);
  if (!lock) return tl::unexpected(lock.error());

  const std::string path = folder + "/state.db";
  OpenedState opened;
  auto found = open_and_read(path);
  if (!found && found.error().fault == Fault::kCorrupt) {
    auto moved = set_aside(path);
    if (!moved) return tl::unexpected(moved.error());
    opened.restored.set_aside = std::move(*moved);
    found = open_and_read(path);
  }
  if (!found) return fail(found.error().message);
  auto replace = found->database->prepare(
      "INSERT OR REPLACE INTO state(one, format, checksum, text) VALUES (1, ?1, ?2, ?3)");
  if (!replace) return fail(replace.error().message);
  opened.restored.fresh = !found->state;
  if (found->state) opened.restored.state = std::move(*found->state);
  opened.store = std::make_unique<SqliteState>(std::move(*lock), std::move(found->database),
                                               std::move(*replace));
  return opened;
}

}  // namespace prumo::store
