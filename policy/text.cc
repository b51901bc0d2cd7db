#include "policy/text.h"

#include <cmath>
#include <cstdio>

namespace prumo::policy {
namespace {

std::string decimals(double x, int digits) {
  char text[400];
  std::snprintf(text, sizeof text, "%.*f", digits, x);
  return text;
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

std::string number(Micro value) { return decimals(value.as_double(), 3); }

std::string above(Resource r, Micro value, Micro limit) {
  const bool alike = number(value) == number(limit);
  const int digits = alike ? 6 : 3;
  return std::string(name_of(r)) + " " + decimals(value.as_double(), digits) + " > " +
         decimals(limit.as_double(), digits);
}

std::string amount(Resource r, double absolute) {
  const int digits = absolute >= 100 ? 0 : absolute >= 1 ? 1 : 3;
  const double scale = std::pow(10.0, digits);
  // The slack keeps 0.4, which came out of a division as 0.4000000001, from becoming 0.401.
  const double up = std::ceil(absolute * scale - 1e-4) / scale;
  std::string text = decimals(up, digits);
  if (digits > 1) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  return text + " " + unit_of(r);
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
