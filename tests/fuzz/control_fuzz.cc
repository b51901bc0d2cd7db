// Questions and answers of the control socket: no bytes make decode_ask or decode_reply misbehave.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "src/wire/codec.h"
#include "src/wire/prefix.h"

using namespace prumo::wire;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ClusterId cluster{};
  std::string frame = begin_frame(cluster);
  frame += std::string_view(reinterpret_cast<const char*>(data), size);
  if (const auto ask = decode_ask(cluster, frame)) {
    const auto again = decode_ask(cluster, encode(cluster, *ask));
    if (!again || again->arguments != ask->arguments) std::abort();
  }
  if (const auto reply = decode_reply(cluster, frame)) {
    if (!nlohmann::json::accept(reply->json)) std::abort();
  }
  return 0;
}
