// Questions and answers of the control socket: no bytes make decode_ask or decode_reply misbehave.

#include <nlohmann/json.hpp>

#include "src/wire/codec.h"
#include "src/wire/prefix.h"
#include "tests/fuzz/input.h"

using namespace prumo;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const wire::ClusterId cluster{};
  const std::string frame = wire::begin_frame(cluster).append(fuzz::text_of(data, size));
  if (const auto ask = wire::decode_ask(cluster, frame)) {
    const auto again = wire::decode_ask(cluster, wire::encode(cluster, *ask));
    fuzz::require(again && again->command == ask->command && again->arguments == ask->arguments,
                  "a question survives a journey");
  }
  if (const auto reply = wire::decode_reply(cluster, frame))
    fuzz::require(nlohmann::json::accept(reply->json), "an answer is JSON");
  return 0;
}
