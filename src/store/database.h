#pragma once
// One SQLite file, owned: prepared statements, and errors as one line with the cure.

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>

#include "src/core/result.h"

namespace prumo::store {

/// What went wrong, as far as somebody acts differently on it.
enum class Fault : std::uint8_t {
  kCorrupt,  ///< the file is damaged, or no database: set it aside
  kOther,
};
struct DatabaseError {
  Fault fault = Fault::kOther;
  std::string message;  ///< one line: the file, what, and what to do
};
template <class T>
using DatabaseResult = tl::expected<T, DatabaseError>;

class Database;

/// A prepared statement; valid as long as its database. Columns and parameters count from 0 and
/// from 1, as in SQLite.
class Statement {
 public:
  void bind(int parameter, std::int64_t value);
  void bind(int parameter, const std::string& value);
  /// True: a row is there to be read. False: done.
  DatabaseResult<bool> step();
  /// Makes it ready for the next use. Always call it after the last step: a statement that is left
  /// in the middle holds its transaction open.
  void reset();
  [[nodiscard]] std::int64_t number(int column) const;
  [[nodiscard]] std::string text(int column) const;
  /// Requires: `step` says "done" without a row.
  DatabaseResult<void> run();

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  const Database* database_ = nullptr;
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

class Database {
 public:
  /// Opens or creates `path`, readable by this user alone.
  static DatabaseResult<std::unique_ptr<Database>> open(const std::string& path);

  /// Runs SQL text that has no parameters.
  DatabaseResult<void> execute(const char* sql);
  DatabaseResult<Statement> prepare(const char* sql);
  /// Error: SQLite's own check finds damage.
  DatabaseResult<void> check();

  [[nodiscard]] DatabaseError error(int code) const;

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  explicit Database(std::string path) : path_(std::move(path)) {}

  std::string path_;
  std::unique_ptr<sqlite3, Close> handle_;
};

}  // namespace prumo::store
