#include "src/daemon/storer.h"

namespace prumo::daemon {
namespace {

constexpr const char* kSilent =
    "the disk of the state folder does not answer; look at it and at the kernel's log";

}  // namespace

void Storer::write(const Persist& persist, Instant now) {
  if (!watch_.begin(persist.sequence, now)) {
    inbox_.post([this, sequence = persist.sequence] { done_(sequence, kSilent); });
    return;
  }
  worker_.run([this, persist] {
    const auto written = store_.write(persist.state);
    inbox_.post([this, sequence = persist.sequence, why = written ? "" : written.error().message] {
      ended(sequence, why);
    });
  });
}

void Storer::ended(std::uint64_t sequence, const std::string& why) {
  if (watch_.ended(sequence)) done_(sequence, why);
}

void Storer::turn(Instant now) {
  if (const auto given_up = watch_.overdue(now)) done_(*given_up, kSilent);
}

}  // namespace prumo::daemon
