#include "policy/retrial.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "policy/cost.h"
#include "policy/overload.h"
#include "policy/smoothing.h"

namespace prumo::policy {
namespace {

/// Of the smoothed value, what may rest on samples that are no longer kept.
constexpr double kForgotten = 0.01;

Resources smoothed(const std::vector<Resources>& samples, double mu) {
  Smoother smoother(mu);
  for (const Resources& sample : samples) smoother.step(sample);
  return smoother.value();
}

/// Fewer samples than are kept at most are all that there were.
bool enough(const std::vector<Resources>& samples, double mu) {
  return samples.size() < kSamplesKept ||
         std::pow(1 - mu, static_cast<double>(samples.size())) <= kForgotten;
}

std::string too_few(const Host& host, double mu) {
  const double least = 1 - std::pow(kForgotten, 1.0 / static_cast<double>(kSamplesKept));
  const auto hundredths = static_cast<int>(std::ceil(least * 100));
  return "the last " + std::to_string(host.samples.size()) + " samples of " + host.id.value +
         " are kept, too few for mu " + std::to_string(mu).substr(0, 4) + "; mu 0." +
         (hundredths < 10 ? "0" : "") + std::to_string(hundredths) + " or more can be tried";
}

Result<void> smooth_anew(RoundInput& input, double mu) {
  const double before = input.parameters.mu;
  for (Host& host : input.snapshot.hosts) {
    if (host.samples.empty()) {
      const bool asked = std::any_of(input.asking.begin(), input.asking.end(),
                                     [&](const Asking& a) { return a.host == host.id; });
      if (!asked && !host.closed.empty()) continue;  // it did not answer, and takes nothing anyway
      return fail("the samples of " + host.id.value +
                  " are not kept with this round: mu can't be tried");
    }
    for (const double each : {before, mu}) {
      if (!enough(host.samples, each)) return fail(too_few(host, each));
    }
    const Resources then = smoothed(host.samples, before);
    const Resources now = smoothed(host.samples, mu);
    for (const Resource r : kResources) {
      host.usage[r] = std::max(0.0, host.usage[r] - then[r] + now[r]);
    }
  }
  return {};
}

/// Who asks by the overload limit; who does takes no VM.
void ask_anew(Retrial& retrial) {
  RoundInput& input = retrial.input;
  for (Host& host : input.snapshot.hosts) {
    const auto asked = std::find_if(input.asking.begin(), input.asking.end(),
                                    [&](const Asking& a) { return a.host == host.id; });
    const bool hot =
        overloaded(utilisation_of(host.usage, host.capacity), Micro::of(input.parameters.overload));
    if (asked == input.asking.end()) {
      if (!hot) continue;
      retrial.unheard.push_back(host.id);
      if (host.closed.empty()) host.closed = kOverloadedItself;
    } else if (!hot) {
      retrial.calm.push_back(host.id);
      if (host.closed == kOverloadedItself) host.closed.clear();
    }
  }
  std::erase_if(input.asking, [&](const Asking& a) {
    return std::find(retrial.calm.begin(), retrial.calm.end(), a.host) != retrial.calm.end();
  });
}

}  // namespace

Result<Retrial> retry(const RoundInput& round, const Parameters& parameters) {
  Retrial retrial{round, {}, {}};
  const bool other_mu = parameters.mu != round.parameters.mu;
  if (other_mu) {
    if (const auto done = smooth_anew(retrial.input, parameters.mu); !done) {
      return tl::unexpected(done.error());
    }
  }
  retrial.input.parameters = parameters;
  // A host may have settings of its own by which it asked; they are not known here.
  if (other_mu || parameters.overload != round.parameters.overload) ask_anew(retrial);
  return retrial;
}

}  // namespace prumo::policy
