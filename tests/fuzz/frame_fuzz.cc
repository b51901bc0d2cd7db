// What decode() believes can be sent on and is believed again, byte for byte the same.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "src/wire/codec.h"
#include "src/wire/prefix.h"

using namespace prumo::wire;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ClusterId cluster{};
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)decode(cluster, bytes);

  // Behind a good prefix, where the interesting part begins.
  std::string frame = begin_frame(cluster);
  frame += bytes;
  const auto first = decode(cluster, frame);
  if (!first) return 0;
  const std::string encoded = encode(cluster, *first);
  const auto second = decode(cluster, encoded);
  if (!second || encode(cluster, *second) != encoded) std::abort();
  return 0;
}
