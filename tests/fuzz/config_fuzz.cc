// prumo.toml: whatever stands in it, a configuration that can be used or one line that says why
// not.

#include "config/config.h"
#include "src/peer/parameters.h"
#include "tests/fuzz/input.h"

using namespace prumo;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto config =
      config::parse(std::string(fuzz::text_of(data, size)), "/etc/prumo/prumo.toml");
  if (!config) {
    fuzz::require_one_line(config.error().message);
    return 0;
  }
  fuzz::require(check(config->parameters).empty(), "what is loaded contradicts itself nowhere");
  return 0;
}
