#include "policy/text.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>

namespace prumo::policy {
namespace {

/// `value` / 10^`digits`, without the rounding of printf, which is slow and not the same everywhere.
std::string fixed(std::int64_t value, int digits) {
  std::string text = std::to_string(value < 0 ? -value : value);
  const auto fraction = static_cast<std::size_t>(digits);
  if (text.size() <= fraction) text.insert(0, fraction + 1 - text.size(), '0');
  if (digits > 0) text.insert(text.size() - fraction, 1, '.');
  return value < 0 ? "-" + text : text;
}

const char* unit_of(Resource r) {
  switch (r) {
    case Resource::kCpu:
      return "cores";
    case Resource::kMemory:
      return "MiB";
    case Resource::kNetwork:
      return "Mbit/s";
  }
  return "?";
}

}  // namespace

std::string number(Micro value) {
  constexpr std::int64_t kStep = 1000;
  const std::int64_t half = value.value < 0 ? -kStep / 2 : kStep / 2;
  return fixed((value.value + half) / kStep, 3);
}

std::string above(Resource r, Micro value, Micro limit) {
  const std::string start = std::string(name_of(r)) + " ";
  const std::string text = number(value);
  const std::string bound = number(limit);
  if (text != bound) return start + text + " > " + bound;
  return start + fixed(value.value, 6) + " > " + fixed(limit.value, 6);
}

std::string amount(Resource r, double absolute) {
  const int digits = absolute >= 100 ? 0 : absolute >= 1 ? 1 : 3;
  const double scale = digits == 0 ? 1 : digits == 1 ? 10 : 1000;
  constexpr double kMost = 1e15;
  // The slack keeps 0.4, which came out of a division as 0.4000000001, from becoming 0.401.
  const double up = std::ceil(std::min(absolute, kMost) * scale - 1e-4);
  std::string text = fixed(static_cast<std::int64_t>(up), digits);
  if (digits > 1) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  return text + " " + unit_of(r);
}

std::string span(Duration d) {
  char text[64];
  std::snprintf(text, sizeof text, d < 1s ? "%.0f ms" : "%.1f s",
                d < 1s ? seconds(d) * 1000 : seconds(d));
  return text;
}

std::string listed(const std::vector<std::string>& names, std::size_t most) {
  const std::size_t shown = names.size() > most ? most : names.size();
  const std::size_t rest = names.size() - shown;
  std::string text;
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) text += i + 1 == shown && rest == 0 ? " and " : ", ";
    text += names[i];
  }
  if (rest > 0) text += " and " + std::to_string(rest) + " more";
  return text;
}

std::string clipped(const std::string& text, std::size_t most) {
  constexpr std::size_t kDots = 3;
  if (text.size() <= most || most < kDots) return text.substr(0, most);
  std::size_t end = most - kDots;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + "...";
}

}  // namespace prumo::policy
