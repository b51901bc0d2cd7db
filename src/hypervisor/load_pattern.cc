#include "src/hypervisor/load_pattern.h"

#include <array>
#include <charconv>
#include <cmath>

namespace prumo::hypervisor {
namespace {
constexpr std::size_t kMostSteps = 1000;
}

Result<double> parse_amount(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value) ||
      std::signbit(value))
    return fail("'" + std::string(text) + "' is not a number from 0 up");
  return value;
}

std::string amount_text(double amount) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), amount).ptr;
  return {buffer.data(), end};
}

Result<LoadPattern> LoadPattern::parse(std::string_view text) {
  LoadPattern pattern;
  pattern.steps_.clear();
  while (true) {
    const auto begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) break;
    text.remove_prefix(begin);
    const std::string_view word = text.substr(0, text.find_first_of(" \t"));
    text.remove_prefix(word.size());

    const auto at = word.find('@');
    if (at == std::string_view::npos) {
      const auto constant = parse_amount(word);
      if (!constant) return tl::unexpected(constant.error());
      if (!pattern.steps_.empty() || text.find_first_not_of(" \t") != std::string_view::npos)
        return fail("a load is one number, or steps VALUE@SECONDS; not both");
      return LoadPattern(*constant);
    }
    const auto value = parse_amount(word.substr(0, at));
    if (!value) return tl::unexpected(value.error());
    const auto from = parse_amount(word.substr(at + 1));
    if (!from) return tl::unexpected(from.error());
    if (!pattern.steps_.empty() && *from <= pattern.steps_.back().first)
      return fail("the seconds of a load's steps must ascend");
    if (pattern.steps_.size() == kMostSteps) return fail("a load has at most 1000 steps");
    pattern.steps_.emplace_back(*from, *value);
  }
  if (pattern.steps_.empty()) return fail("the load is empty");
  return pattern;
}

double LoadPattern::at(double seconds) const {
  double value = steps_.front().second;
  for (const auto& [from, amount] : steps_)
    if (seconds >= from) value = amount;
  return value;
}

std::string LoadPattern::text() const {
  if (steps_.size() == 1 && steps_.front().first <= 0) return amount_text(steps_.front().second);
  std::string text;
  for (const auto& [from, amount] : steps_) {
    if (!text.empty()) text += ' ';
    text += amount_text(amount) + '@' + amount_text(from);
  }
  return text;
}

}  // namespace prumo::hypervisor
