#include "src/cli/table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <sstream>

namespace prumo::cli {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kLeastOfLast = 16;

std::string padded(const Cell& cell, std::size_t width, const Style& style) {
  const std::string blanks(width - std::min(width, columns_of(cell.text)), ' ');
  const std::string text = toned(cell.text, cell.tone, style);
  return cell.right ? blanks + text : text + blanks;
}

void trim_end(std::string& line) {
  while (!line.empty() && line.back() == ' ') line.pop_back();
}

}  // namespace

std::size_t columns_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](unsigned char c) {
    return (c & 0xC0U) != 0x80U;  // each character has one byte that does not continue another
  }));
}

std::string toned(const std::string& text, Tone tone, const Style& style) {
  static constexpr std::array<const char*, 5> kCodes{"", "1", "32", "33", "31"};
  if (!style.colour || tone == Tone::kPlain) return text;
  return std::string("\x1b[") + kCodes[static_cast<std::size_t>(tone)] + "m" + text + "\x1b[0m";
}

std::vector<std::string> wrapped(const std::string& text, std::size_t width) {
  std::vector<std::string> lines{""};
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    std::string& line = lines.back();
    if (line.empty()) {
      line = word;
    } else if (columns_of(line) + 1 + columns_of(word) <= width) {
      line += " " + word;
    } else {
      lines.push_back(word);
    }
  }
  return lines;
}

std::string paragraph(const std::string& text, const Style& style) {
  std::string out;
  if (text.empty()) return out;
  for (const std::string& line : wrapped(text, static_cast<std::size_t>(style.width)))
    out += line + "\n";
  return out;
}

std::string Table::render(const Style& style) const {
  std::vector<std::size_t> widths(rows_.front().size(), 0);
  for (const auto& row : rows_)
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], columns_of(row[i].text));
  std::size_t indent = 0;
  for (std::size_t i = 0; i + 1 < widths.size(); ++i) indent += widths[i] + kGap;
  const auto whole = static_cast<std::size_t>(style.width);
  const std::size_t last = std::max(whole > indent ? whole - indent : 0, kLeastOfLast);
  std::string out;
  for (std::size_t r = 0; r < rows_.size(); ++r) {
    const auto& row = rows_[r];
    std::string line;
    for (std::size_t i = 0; i + 1 < row.size(); ++i) {
      Cell cell = row[i];
      if (r == 0 && cell.tone == Tone::kPlain) cell.tone = Tone::kBold;
      line += padded(cell, widths[i], style) + std::string(kGap, ' ');
    }
    const Tone tone = r == 0 ? Tone::kBold : row.back().tone;
    for (const std::string& piece : wrapped(row.back().text, last)) {
      line += toned(piece, tone, style);
      trim_end(line);
      out += line + "\n";
      line = std::string(indent, ' ');
    }
  }
  return out;
}

std::string bar(double share, std::size_t columns) {
  const double bounded = std::clamp(std::isfinite(share) ? share : 0.0, 0.0, 9.99);
  const auto full =
      static_cast<std::size_t>(std::lround(std::min(bounded, 1.0) * static_cast<double>(columns)));
  std::array<char, 16> percent{};
  std::snprintf(percent.data(), percent.size(), "%4.0f", bounded * 100);
  return std::string(full, '#') + std::string(columns - full, ' ') + percent.data();
}

std::string decimal(double value, int decimals) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", decimals, std::clamp(value, -1e15, 1e15));
  return text.data();
}

std::string age(double seconds) {
  if (seconds < 9.95) {
    const std::string tenths = decimal(seconds, 1);
    return (tenths.ends_with(".0") ? tenths.substr(0, tenths.size() - 2) : tenths) + " s";
  }
  if (seconds < 120) return decimal(seconds, 0) + " s";
  if (seconds < 2 * 3600) return decimal(seconds / 60, 0) + " min";
  if (seconds < 2 * 86400) return decimal(seconds / 3600, 0) + " h";
  return decimal(seconds / 86400, 0) + " d";
}

std::string clock_of(const std::string& iso, bool milliseconds) {
  constexpr std::size_t kDate = 11;  // "2026-03-04T"
  return iso.size() <= kDate ? iso : iso.substr(kDate, milliseconds ? 12 : 8);
}

}  // namespace prumo::cli
