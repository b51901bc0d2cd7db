#include "policy/method_choice.h"

#include <vector>

#include "policy/text.h"

namespace prumo::policy {
namespace {

// While memory is copied and the guest runs.
constexpr double kLostInPreCopy = 0.238;  ///< [UFC, experiment 4]
constexpr double kLostInPostCopy = 0.41;  ///< `scripts/bench impact`, experiment 2, web

MethodChoice appraise(Method method, const Transfer& transfer) {
  MethodChoice choice{method, predict(method, transfer), 0};
  const Prediction& p = choice.prediction;
  const double share = method == Method::kPostCopy ? kLostInPostCopy : kLostInPreCopy;
  choice.lost_seconds = seconds(p.downtime) + share * seconds(p.total - p.downtime);
  return choice;
}

/// Empty: it keeps within the limits.
std::string beyond(const MethodChoice& choice, Duration max_downtime, Duration deadline) {
  const Prediction& p = choice.prediction;
  const std::string what = name_of(choice.method);
  if (!p.converges) return what + " does not converge";
  if (p.downtime > max_downtime)
    return what + " downtime " + span(p.downtime) + " > " + span(max_downtime);
  if (p.total > deadline) return what + " total " + span(p.total) + " > " + span(deadline);
  return {};
}

}  // namespace

Result<MethodChoice> choose_method(const MigrationSettings& settings, double memory_mib,
                                   Transfer transfer) {
  transfer.max_downtime = settings.max_downtime;
  if (settings.method == MethodWish::kPostCopy && !settings.allow_post_copy)
    return fail("post-copy is not allowed here (migration.allow_post_copy)");
  if (settings.method != MethodWish::kAuto)
    return appraise(static_cast<Method>(settings.method), transfer);

  const Duration deadline = effective_deadline(settings, memory_mib);
  // The switch itself is within every limit: what it takes nobody can choose.
  const Duration max_downtime = settings.max_downtime + transfer.switch_over;
  std::optional<MethodChoice> best;
  std::string why;
  for (const Method method : {Method::kPreCopy, Method::kStopAndCopy, Method::kPostCopy}) {
    if (method == Method::kPostCopy && !settings.allow_post_copy) continue;
    const MethodChoice choice = appraise(method, transfer);
    if (const std::string limit = beyond(choice, max_downtime, deadline); !limit.empty()) {
      why += (why.empty() ? "" : ", ") + limit;
    } else if (!best || choice.lost_seconds < best->lost_seconds) {
      best = choice;
    }
  }
  if (!best) return fail("no method keeps within its limits: " + why);
  return *best;
}

}  // namespace prumo::policy
