#include "policy/forecast.h"

#include <algorithm>
#include <cstdio>

#include "policy/method_choice.h"
#include "policy/text.h"

namespace prumo::policy {
namespace {

constexpr double kLeastMibS = 0.001;
constexpr double kMostMibS = 1e9;

double mib_s(double rate) { return std::clamp(rate, 0.0, kMostMibS); }

std::string rounded(double x) {
  char text[64];
  std::snprintf(text, sizeof text, x < 10 ? "%.1f" : "%.0f", x);
  return text;
}

}  // namespace

Manner manner_of(const MigrationSettings& settings, double link_mib_s,
                 std::optional<double> dirty_mib_s) {
  return {settings.method,
          settings.allow_post_copy,
          settings.max_downtime,
          settings.deadline,
          settings.bandwidth_mib_s > 0 ? settings.bandwidth_mib_s : link_mib_s,
          dirty_mib_s};
}

Result<Forecast> forecast(const Manner& manner, double image_mib, double memory_mib) {
  MigrationSettings settings;
  settings.method = manner.method;
  settings.allow_post_copy = manner.allow_post_copy;
  settings.max_downtime = manner.max_downtime;
  settings.deadline = manner.deadline;
  Transfer transfer;
  transfer.image_mib = std::max(0.0, image_mib);
  transfer.bandwidth_mib_s = std::max(kLeastMibS, mib_s(manner.bandwidth_mib_s));
  transfer.dirty_mib_s = mib_s(manner.dirty_mib_s.value_or(0));
  const auto choice = choose_method(settings, memory_mib, transfer);
  if (!choice) return tl::unexpected(choice.error());
  const Prediction& p = choice->prediction;
  return Forecast{choice->method, p.total,     p.downtime,
                  p.copied_mib,   p.converges, manner.dirty_mib_s};
}

std::string in_words(const Forecast& f) {
  std::string text = std::string(name_of(f.method)) + " in " + span(f.total) + ", downtime " +
                     span(f.downtime) + ", " + rounded(f.copied_mib) + " MiB";
  if (f.method != Method::kPreCopy) return text;
  text += f.dirty_mib_s ? "; writes " + rounded(*f.dirty_mib_s) + " MiB/s"
                        : "; what it writes was not measured";
  return f.converges ? text : text + ", does not converge";
}

}  // namespace prumo::policy
