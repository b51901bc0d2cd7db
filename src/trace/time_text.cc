#include "src/trace/time_text.h"

#include <charconv>
#include <cmath>

namespace prumo::trace {
namespace {

constexpr double kMost = 1e15;
constexpr double kMostSeconds = 1e11;

/// Takes exactly `digits` digits off the front.
std::optional<int> digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool skip(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

/// HH:MM:SS with a fraction or without.
std::optional<Duration> clock_time(std::string_view& text) {
  const auto hours = digits(text, 2);
  if (!hours || !skip(text, ':')) return std::nullopt;
  const auto minutes = digits(text, 2);
  if (!minutes || !skip(text, ':')) return std::nullopt;
  const auto whole = digits(text, 2);
  if (!whole || *hours > 23 || *minutes > 59 || *whole > 60) return std::nullopt;
  std::int64_t micro = 0;
  if (skip(text, '.')) {
    std::int64_t unit = 100'000;
    if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
      micro += unit * (text.front() - '0');
      unit /= 10;
      text.remove_prefix(1);
    }
  }
  return std::chrono::hours(*hours) + std::chrono::minutes(*minutes) +
         std::chrono::seconds(*whole) + Duration(micro);
}

std::optional<Duration> iso_time(std::string_view text) {
  const auto year = digits(text, 4);
  if (!year || !skip(text, '-')) return std::nullopt;
  const auto month = digits(text, 2);
  if (!month || !skip(text, '-')) return std::nullopt;
  const auto day = digits(text, 2);
  if (!day || !(skip(text, 'T') || skip(text, ' '))) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  const auto time = clock_time(text);
  if (!date.ok() || !time) return std::nullopt;
  Duration zone{0};
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) {
    const int sign = text.front() == '-' ? -1 : 1;
    text.remove_prefix(1);
    const auto hours = digits(text, 2);
    skip(text, ':');
    const auto minutes = digits(text, 2);
    if (!hours || !minutes || *hours > 14 || *minutes > 59) return std::nullopt;
    zone = sign * (std::chrono::hours(*hours) + std::chrono::minutes(*minutes));
  } else {
    skip(text, 'Z');
  }
  if (!text.empty()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch() + *time - zone;
}

}  // namespace

std::optional<double> parse_amount(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool all = error == std::errc{} && end == text.data() + text.size();
  if (!all || !std::isfinite(value) || std::signbit(value) || value > kMost) return std::nullopt;
  return value;
}

std::optional<TraceTime> parse_time(std::string_view text) {
  if (text.size() > 4 && text[4] == '-') {
    const auto time = iso_time(text);
    return time ? std::optional(TraceTime{*time, TimeForm::kIso}) : std::nullopt;
  }
  if (text.find(':') != std::string_view::npos) {
    const auto time = clock_time(text);
    if (!time || !text.empty()) return std::nullopt;
    return TraceTime{*time, TimeForm::kClock};
  }
  const auto seconds = parse_amount(text);
  if (!seconds || *seconds > kMostSeconds) return std::nullopt;
  return TraceTime{Duration(std::llround(*seconds * 1e6)), TimeForm::kSeconds};
}

}  // namespace prumo::trace
