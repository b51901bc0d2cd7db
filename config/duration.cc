#include "config/duration.h"

#include <array>
#include <charconv>
#include <cmath>

namespace prumo::config {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t microseconds;
};
constexpr std::array kUnits{Unit{"d", 86'400'000'000}, Unit{"h", 3'600'000'000},
                            Unit{"min", 60'000'000},   Unit{"s", 1'000'000},
                            Unit{"ms", 1'000},         Unit{"us", 1}};
constexpr double kMostMicroseconds = 366.0 * 86'400e6;

/// `count` thousandths of a unit as a decimal number without trailing zeros.
std::string thousandths(std::int64_t count) {
  std::string text = std::to_string(count / 1000);
  std::string rest = std::to_string(1000 + count % 1000).substr(1);
  while (!rest.empty() && rest.back() == '0') rest.pop_back();
  return rest.empty() ? text : text + "." + rest;
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  double number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc() || text.empty() || text.front() == '-') return std::nullopt;
  std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  while (!unit.empty() && unit.front() == ' ') unit.remove_prefix(1);
  if (unit.empty() && number == 0) return Duration(0);
  for (const Unit& u : kUnits) {
    if (u.name != unit) continue;
    const double microseconds = number * static_cast<double>(u.microseconds);
    if (!(microseconds <= kMostMicroseconds)) return std::nullopt;
    return Duration(std::llround(microseconds));
  }
  return std::nullopt;
}

std::string to_text(Duration duration) {
  const std::int64_t count = duration.count();
  if (count == 0) return "0s";
  if (count > 1'000'000 && count < 60'000'000 && count % 1000 == 0)
    return thousandths(count / 1000) + "s";
  for (const Unit& u : kUnits)
    if (count % u.microseconds == 0)
      return std::to_string(count / u.microseconds) + std::string(u.name);
  return {};
}

}  // namespace prumo::config
