// A trace: one line that says what is wrong with it, or a replay that comes to its end. What follows
// a NUL is hosts.csv.

#include <optional>

#include "src/replay/policies/catalogue.h"
#include "src/replay/replay.h"
#include "src/trace/reader.h"
#include "tests/fuzz/input.h"

using namespace prumo;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(fuzz::text_of(data, size));
  const std::size_t nul = text.find('\0');
  std::optional<std::string> hosts;
  if (nul != std::string::npos) hosts = text.substr(nul + 1);
  auto reader = trace::Reader::of(text.substr(0, nul), std::move(hosts));
  if (!reader) {
    fuzz::require_one_line(reader.error().message);
    return 0;
  }
  replay::Settings settings;
  settings.policy.work_limit = 2000;
  replay::Replay run(settings, replay::make_policy("three-phase", settings));
  replay::Step step;
  for (;;) {
    const auto more = reader->next(step);
    if (!more) fuzz::require_one_line(more.error().message);
    if (!more || !*more) return 0;
    run.step(step, reader->names());
  }
}
