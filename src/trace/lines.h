#pragma once
// A file line by line, without holding more of it than a block.

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "src/core/result.h"

namespace prumo::trace {

class Lines {
 public:
  /// Error: the file can't be opened, or is a folder.
  static Result<Lines> open(const std::string& path);
  /// For tests and fuzzing: `text` in place of a file.
  static Lines of(std::string text, const std::string& name);

  /// The next line without its end; false at the end of the file. Valid until the next call.
  /// Error: a line of more than 4,096 bytes, or the file can't be read any further.
  Result<bool> next(std::string_view& line);
  [[nodiscard]] std::uint64_t number() const { return number_; }  ///< of that line, from 1
  /// How much of the file has been read, 0 to 1; 0 when its size is not known.
  [[nodiscard]] double progress() const;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  Lines(std::string path, std::FILE* file, std::uint64_t size);
  bool fill();

  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::string path_;
  std::unique_ptr<std::FILE, Close> file_;  ///< none: all is in the block
  std::uint64_t size_ = 0;
  std::uint64_t read_ = 0;
  std::string block_;
  std::size_t at_ = 0;
  std::uint64_t number_ = 0;
};

}  // namespace prumo::trace
