#include "src/store/database.h"

#include <sys/stat.h>

#include <utility>

namespace prumo::store {

void Statement::bind(int parameter, std::int64_t value) {
  sqlite3_bind_int64(handle_.get(), parameter, value);
}

void Statement::bind(int parameter, const std::string& value) {
  sqlite3_bind_text64(handle_.get(), parameter, value.data(), value.size(), SQLITE_TRANSIENT,
                      SQLITE_UTF8);
}

DatabaseResult<bool> Statement::step() {
  const int code = sqlite3_step(handle_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return tl::unexpected(database_->error(code));
}

void Statement::reset() {
  sqlite3_reset(handle_.get());
  sqlite3_clear_bindings(handle_.get());
}

DatabaseResult<void> Statement::run() {
  const auto stepped = step();
  reset();
  if (!stepped) return tl::unexpected(stepped.error());
  return {};
}

std::int64_t Statement::number(int column) const {
  return sqlite3_column_int64(handle_.get(), column);
}

std::string Statement::text(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(handle_.get(), column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column));
  return bytes == nullptr ? std::string() : std::string(bytes, size);
}

DatabaseResult<std::unique_ptr<Database>> Database::open(const std::string& path) {
  std::unique_ptr<Database> database(new Database(path));
  sqlite3* handle = nullptr;
  // One thread at a time uses a database of ours, so SQLite need not lock.
  const int code =
      sqlite3_open_v2(path.c_str(), &handle,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  database->handle_.reset(handle);
  if (code != SQLITE_OK) return tl::unexpected(database->error(code));
  sqlite3_extended_result_codes(handle, 1);
  // SQLite falls back to reading alone without a word; we would notice at the first write only.
  if (sqlite3_db_readonly(handle, "main") == 1)
    return tl::unexpected(database->error(SQLITE_READONLY));
  ::chmod(path.c_str(), S_IRUSR | S_IWUSR);
  return database;
}

DatabaseResult<void> Database::execute(const char* sql) {
  const int code = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return tl::unexpected(error(code));
  return {};
}

DatabaseResult<Statement> Database::prepare(const char* sql) {
  sqlite3_stmt* handle = nullptr;
  const int code =
      sqlite3_prepare_v3(handle_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
  if (code != SQLITE_OK) return tl::unexpected(error(code));
  Statement statement;
  statement.database_ = this;
  statement.handle_.reset(handle);
  return statement;
}

DatabaseResult<void> Database::check() {
  auto statement = prepare("PRAGMA quick_check(1)");
  if (!statement) return tl::unexpected(statement.error());
  const auto row = statement->step();
  if (!row) return tl::unexpected(row.error());
  if (!*row || statement->text(0) != "ok")
    return tl::unexpected(DatabaseError{Fault::kCorrupt, path_ + ": damaged"});
  return {};
}

DatabaseError Database::error(int code) const {
  const int primary = code & 0xFF;
  switch (primary) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {Fault::kCorrupt, path_ + ": damaged"};
    case SQLITE_FULL:
      return {Fault::kOther, path_ + ": the disk is full; free some space on it"};
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return {Fault::kOther,
              path_ + ": can't be written; make the folder writable for the user of prumod"};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {Fault::kOther, path_ + ": another program holds it open; close that program"};
    case SQLITE_IOERR:
      return {Fault::kOther,
              path_ + ": reading or writing failed; look at the disk and at the kernel's log"};
    default:
      return {Fault::kOther, path_ + ": " + sqlite3_errstr(code)};
  }
}

}  // namespace prumo::store
