#include "src/daemon/storer.h"

#include <utility>

namespace prumo::daemon {
namespace {

constexpr const char* kSilent =
    "the disk of the state folder does not answer; look at it and at the kernel's log";

}  // namespace

void Storer::write(const Persist& persist, Instant now) {
  if (writing_) {
    inbox_.post([this, sequence = persist.sequence] { done_(sequence, kSilent); });
    return;
  }
  writing_ = true;
  awaited_ = persist.sequence;
  until_ = now + kPatience;
  worker_.run([this, persist] {
    const auto written = store_.write(persist.state);
    inbox_.post([this, sequence = persist.sequence, why = written ? "" : written.error().message] {
      ended(sequence, why);
    });
  });
}

void Storer::ended(std::uint64_t sequence, const std::string& why) {
  writing_ = false;
  until_ = Instant::never();
  if (std::exchange(awaited_, std::nullopt) == sequence) done_(sequence, why);
}

void Storer::turn(Instant now) {
  if (now < until_) return;
  until_ = Instant::never();
  if (const auto given_up = std::exchange(awaited_, std::nullopt)) done_(*given_up, kSilent);
}

}  // namespace prumo::daemon
