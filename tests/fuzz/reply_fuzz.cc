// A daemon's answer as `prumo` shows it, whatever the daemon is: another version, or a hostile one.

#include <nlohmann/json.hpp>

#include "src/cli/render.h"
#include "tests/fuzz/input.h"

using namespace prumo;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto answer = nlohmann::json::parse(fuzz::text_of(data, size), nullptr, false);
  if (answer.is_discarded()) return 0;
  const cli::Style style;
  for (const auto render : {cli::render_status, cli::render_hosts, cli::render_vms,
                            cli::render_migrations, cli::render_event}) {
    const std::string shown = render(answer, style);
    fuzz::require(shown.find('\x1b') == std::string::npos,
                  "nothing from elsewhere commands the terminal");
  }
  (void)cli::render_explanation(answer, style, "");
  return 0;
}
