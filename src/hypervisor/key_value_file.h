#pragma once
// Small text files of `key = value` lines, that several processes share: written whole to a
// temporary file and renamed into place, so a reader sees the old or the new one and never a half.

#include <filesystem>
#include <map>
#include <string>

#include "src/core/result.h"
#include "src/hypervisor/load_pattern.h"

namespace prumo::hypervisor {

/// One file. Every error names it, so that a person knows what to mend.
class KeyValueFile {
 public:
  /// Empty lines and lines that begin with `#` are skipped. Errors: unreadable, above 64 KiB, a
  /// line without
  /// `=`, a key given twice.
  [[nodiscard]] static Result<KeyValueFile> read(const std::filesystem::path&);

  explicit KeyValueFile(std::filesystem::path path) : path_(std::move(path)) {}

  /// The value of a key that must be there and not be empty.
  [[nodiscard]] Result<std::string> text(const std::string& key) const;
  [[nodiscard]] std::string text_or(const std::string& key, std::string otherwise) const;
  [[nodiscard]] Result<double> amount(const std::string& key) const;
  [[nodiscard]] Result<double> amount_or(const std::string& key, double otherwise) const;
  [[nodiscard]] Result<LoadPattern> load_or(const std::string& key, LoadPattern otherwise) const;
  /// "true" or "false".
  [[nodiscard]] Result<bool> flag_or(const std::string& key, bool otherwise) const;

  void set(const std::string& key, std::string value) { values_[key] = std::move(value); }
  /// Replaces the file as a whole; creates its folder.
  [[nodiscard]] Result<void> write() const;

  [[nodiscard]] tl::unexpected<Error> trouble(const std::string& what) const;

 private:
  std::filesystem::path path_;
  std::map<std::string, std::string> values_;
};

/// Held while files are read, changed and written again. Given back when it goes, also by kill -9.
class FolderLock {
 public:
  /// Waits for whoever holds it. Errors: the folder is not there or not writable.
  [[nodiscard]] static Result<FolderLock> take(const std::filesystem::path& folder);
  FolderLock(FolderLock&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock();

 private:
  explicit FolderLock(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace prumo::hypervisor
