// What decode() believes can be sent on and is believed again, byte for byte the same.

#include "src/wire/codec.h"
#include "src/wire/prefix.h"
#include "tests/fuzz/input.h"

using namespace prumo;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const wire::ClusterId cluster{};
  const std::string_view bytes = fuzz::text_of(data, size);
  (void)wire::decode(cluster, bytes);

  // Behind a good prefix, where the interesting part begins.
  const auto first = wire::decode(cluster, wire::begin_frame(cluster).append(bytes));
  if (!first) return 0;
  const std::string encoded = wire::encode(cluster, *first);
  const auto second = wire::decode(cluster, encoded);
  fuzz::require(second && wire::encode(cluster, *second) == encoded,
                "a message survives a journey");
  return 0;
}
