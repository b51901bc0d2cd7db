#pragma once
// Reading the kernel's text files.

#include <charconv>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace prumo::host {

/// Takes the first line off `text`.
[[nodiscard]] inline std::string_view next_line(std::string_view& text) {
  const auto end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

/// Takes the first word off `line`; empty at its end.
[[nodiscard]] inline std::string_view next_word(std::string_view& line) {
  const auto begin = line.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  line.remove_prefix(begin);
  const std::string_view word = line.substr(0, line.find_first_of(" \t"));
  line.remove_prefix(word.size());
  return word;
}

[[nodiscard]] inline std::optional<std::uint64_t> parse_count(std::string_view word) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return value;
}

/// The whole file. Nothing when it can't be opened or read: sysfs refuses the read of some
/// attributes.
[[nodiscard]] inline std::optional<std::string> read_text(const std::filesystem::path& path) {
  std::ifstream stream(path);
  if (!stream) return std::nullopt;
  std::string content(std::istreambuf_iterator<char>(stream), {});
  if (stream.bad() || content.empty()) return std::nullopt;
  return content;
}

/// A file that holds one number.
[[nodiscard]] inline std::optional<std::uint64_t> read_count(const std::filesystem::path& path) {
  const auto content = read_text(path);
  if (!content) return std::nullopt;
  std::string_view rest = *content;
  std::string_view line = next_line(rest);
  return parse_count(next_word(line));
}

}  // namespace prumo::host
