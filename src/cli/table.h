#pragma once
// Aligned columns within a width. The last column takes what is left and continues on lines of its
// own.

#include <string>
#include <vector>

#include "src/cli/program.h"

namespace prumo::cli {

enum class Tone : std::uint8_t { kPlain, kBold, kGood, kWarning, kBad };

struct Cell {
  std::string text;
  Tone tone = Tone::kPlain;
  bool right = false;  ///< aligned right
};

class Table {
 public:
  explicit Table(std::vector<Cell> head) { rows_.push_back(std::move(head)); }
  void add(std::vector<Cell> row) { rows_.push_back(std::move(row)); }
  [[nodiscard]] bool empty() const { return rows_.size() == 1; }
  /// Lines that end with a newline.
  [[nodiscard]] std::string render(const Style&) const;

 private:
  std::vector<std::vector<Cell>> rows_;
};

/// Columns that a text takes: its characters, in UTF-8.
[[nodiscard]] std::size_t columns_of(const std::string&);
[[nodiscard]] std::string toned(const std::string&, Tone, const Style&);
/// Breaks at blanks into lines of at most `width` columns.
[[nodiscard]] std::vector<std::string> wrapped(const std::string&, std::size_t width);
/// The same as text, each line ended.
[[nodiscard]] std::string paragraph(const std::string&, const Style&);

/// "####  " : `share` of 1 in `columns` columns, then the percent in three.
[[nodiscard]] std::string bar(double share, std::size_t columns);
/// "0.4 s", "12 s", "5 min", "3 h", "2 d".
[[nodiscard]] std::string age(double seconds);
/// A number with so many decimals.
[[nodiscard]] std::string decimal(double value, int decimals);
/// "14:02:11" of an ISO 8601 time; `milliseconds`: "14:02:11.402".
[[nodiscard]] std::string clock_of(const std::string& iso, bool milliseconds = false);

}  // namespace prumo::cli
