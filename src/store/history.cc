// history.db: a log of what happened, by time, and what the decisions rested on, by round. Write-ahead log with synchronous NORMAL: no sync per
// entry; a power cut may cost the last seconds, never the file.

#include <algorithm>
#include <filesystem>
#include <mutex>
#include <optional>
#include <system_error>
#include <utility>

#include "src/store/database.h"
#include "src/store/set_aside.h"
#include "src/store/store.h"

namespace prumo::store {
namespace {

constexpr std::size_t kJsonMost = 64 * 1024;
constexpr std::size_t kTextMost = 4 * 1024;
constexpr std::size_t kNameMost = 512;

constexpr const char* kOpenHistory =
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = NORMAL;"
    "PRAGMA journal_size_limit = 4194304;"
    "PRAGMA user_version = 1;"
    "CREATE TABLE IF NOT EXISTS entry("
    " id INTEGER PRIMARY KEY AUTOINCREMENT, unix_ms INTEGER NOT NULL,"
    " kind TEXT NOT NULL, subject TEXT NOT NULL, text TEXT NOT NULL, json TEXT NOT NULL);"
    "CREATE INDEX IF NOT EXISTS entry_kind ON entry(kind, id);"
    "CREATE INDEX IF NOT EXISTS entry_subject ON entry(subject, id);"
    "CREATE TABLE IF NOT EXISTS basis("
    " id INTEGER PRIMARY KEY AUTOINCREMENT, unix_ms INTEGER NOT NULL,"
    " round TEXT NOT NULL, bytes INTEGER NOT NULL, json TEXT NOT NULL);"
    "CREATE INDEX IF NOT EXISTS basis_round ON basis(round, id);"
    "CREATE INDEX IF NOT EXISTS basis_bytes ON basis(id, bytes)";
constexpr const char* kInsert =
    "INSERT INTO entry(unix_ms, kind, subject, text, json) VALUES (?1, ?2, ?3, ?4, ?5)";
// The ids have no gaps within what is kept, so the newest `most` are those above the last id minus
// `most`.
constexpr const char* kTrim = "DELETE FROM entry WHERE id <= (SELECT max(id) FROM entry) - ?1";
constexpr const char* kFind =
    "SELECT unix_ms, kind, subject, text, json FROM entry"
    " WHERE (?1 = '' OR kind = ?1) AND (?2 = '' OR subject = ?2) ORDER BY id DESC LIMIT ?3";
constexpr const char* kMention =
    "SELECT unix_ms, kind, subject, text, json FROM"
    " (SELECT * FROM entry WHERE (?1 = '' OR kind = ?1) AND (?2 = '' OR subject = ?2)"
    "  ORDER BY id DESC LIMIT 2000)"
    " WHERE instr(json, ?4) > 0 LIMIT ?3";
constexpr const char* kKeep =
    "INSERT INTO basis(unix_ms, round, bytes, json) VALUES (?1, ?2, length(?3), ?3)";
// Those older than the newest 2,000, and those with 64 MiB or more of newer ones before them.
constexpr const char* kTrimBasis =
    "DELETE FROM basis WHERE id <= (SELECT max(id) FROM basis) - 2000 OR id IN"
    " (SELECT id FROM (SELECT id, sum(bytes) OVER (ORDER BY id DESC) AS total FROM basis)"
    "  WHERE total > 67108864)";
constexpr const char* kBasisOf =
    "SELECT unix_ms, round, json FROM basis WHERE round = ?1 ORDER BY id DESC LIMIT 1";

struct Open {
  std::unique_ptr<Database> database;
  Statement insert;
  Statement trim;
  Statement find;
  Statement mention;
  Statement keep;
  Statement trim_basis;
  Statement basis_of;
};

DatabaseResult<Open> open_once(const std::string& path) {
  Open open;
  auto database = Database::open(path);
  if (!database) return tl::unexpected(database.error());
  open.database = std::move(*database);
  if (const auto done = open.database->execute(kOpenHistory); !done)
    return tl::unexpected(done.error());
  for (const auto& [statement, sql] : {std::pair{&open.insert, kInsert},
                                       {&open.trim, kTrim},
                                       {&open.find, kFind},
                                       {&open.mention, kMention},
                                       {&open.keep, kKeep},
                                       {&open.trim_basis, kTrimBasis},
                                       {&open.basis_of, kBasisOf}}) {
    auto prepared = open.database->prepare(sql);
    if (!prepared) return tl::unexpected(prepared.error());
    *statement = std::move(*prepared);
  }
  return open;
}

class SqliteHistory final : public History {
 public:
  SqliteHistory(std::string path, std::size_t most) : path_(std::move(path)), most_(most) {
    const std::lock_guard guard(mutex_);
    reopen();
  }

  void add(const HistoryEntry& entry) override {
    write([&] { return insert(entry); });
  }

  void keep(const Basis& basis) override {
    if (basis.json.size() > kBasisMost) return;
    write([&] { return insert(basis); });
  }

  std::optional<Basis> basis_of(const std::string& round) override {
    const std::lock_guard guard(mutex_);
    if (!open_) return std::nullopt;
    Statement& find = open_->basis_of;
    find.bind(1, round);
    std::optional<Basis> out;
    const auto row = find.step();
    if (row && *row) out = Basis{find.number(0), find.text(1), find.text(2)};
    find.reset();
    if (!row) failed(row.error());
    return out;
  }

  std::vector<HistoryEntry> find(const std::string& kind, const std::string& subject,
                                 std::size_t most, const std::string& mention) override {
    const std::lock_guard guard(mutex_);
    std::vector<HistoryEntry> out;
    if (!open_) return out;
    Statement& find = mention.empty() ? open_->find : open_->mention;
    if (!mention.empty()) find.bind(4, mention);
    find.bind(1, kind);
    find.bind(2, subject);
    find.bind(3, static_cast<std::int64_t>(std::min(most, most_)));
    auto row = find.step();
    for (; row && *row; row = find.step())
      out.push_back({find.number(0), find.text(1), find.text(2), find.text(3), find.text(4)});
    find.reset();
    if (!row) failed(row.error());
    return out;
  }

  [[nodiscard]] std::string trouble() const override {
    const std::lock_guard guard(mutex_);
    return failure_.empty() ? notice_ : failure_;
  }

 private:
  void reopen() {
    auto opened = open_once(path_);
    if (!opened && opened.error().fault == Fault::kCorrupt && move_away())
      opened = open_once(path_);
    if (opened) {
      open_.emplace(std::move(*opened));
    } else {
      failed(opened.error());
    }
  }

  bool move_away() {
    const auto moved = set_aside(path_);
    if (moved) notice_ = path_ + " was damaged and is now " + *moved + "; a new one was begun";
    return moved.has_value();
  }

  void failed(const DatabaseError& error) {
    failure_ = error.message + "; what happens meanwhile is in the log only";
    if (error.fault != Fault::kCorrupt) return;
    open_.reset();
    if (move_away()) failure_.clear();
  }

  template <class Insert>
  void write(const Insert& insert) {
    const std::lock_guard guard(mutex_);
    // What was found damaged is set aside, and the entry goes into the new file.
    for (int attempt = 0; attempt < 2; ++attempt) {
      if (!open_) reopen();
      if (!open_) return;
      const auto done = insert();
      if (done) return failure_.clear();
      failed(done.error());
    }
  }

  DatabaseResult<void> insert(const Basis& basis) {
    Statement& keep = open_->keep;
    keep.bind(1, basis.unix_ms);
    keep.bind(2, basis.round.substr(0, kNameMost));
    keep.bind(3, basis.json);
    if (const auto done = keep.run(); !done) return done;
    return open_->trim_basis.run();
  }

  DatabaseResult<void> insert(const HistoryEntry& entry) {
    Statement& insert = open_->insert;
    insert.bind(1, entry.unix_ms);
    insert.bind(2, entry.kind.substr(0, kNameMost));
    insert.bind(3, entry.subject.substr(0, kNameMost));
    insert.bind(4, entry.text.substr(0, kTextMost));
    // Cut JSON is no JSON.
    insert.bind(5, entry.json.size() <= kJsonMost
                       ? entry.json
                       : "{\"left_out_bytes\":" + std::to_string(entry.json.size()) + "}");
    if (const auto done = insert.run(); !done) return done;
    open_->trim.bind(1, static_cast<std::int64_t>(most_));
    return open_->trim.run();
  }

  const std::string path_;
  const std::size_t most_;
  mutable std::mutex mutex_;
  std::optional<Open> open_;
  std::string failure_;  ///< of the last use; empty: it worked
  std::string notice_;   ///< that an older file was set aside
};

}  // namespace

std::unique_ptr<History> open_history(const std::string& folder, std::size_t most) {
  std::error_code ignored;  // what is wrong with the folder is found when the file is opened
  std::filesystem::create_directories(folder, ignored);
  return std::make_unique<SqliteHistory>(folder + "/history.db", most);
}

}  // namespace prumo::store
