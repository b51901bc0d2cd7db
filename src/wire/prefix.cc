#include "src/wire/prefix.h"

#include <algorithm>

namespace prumo::wire {
namespace {

constexpr std::string_view kMagicBytes = "PRMO";

}  // namespace

std::string begin_frame(const ClusterId& cluster) {
  std::string frame;
  frame.reserve(256);
  frame += kMagicBytes;
  frame += static_cast<char>(kMajor);
  frame += static_cast<char>(kMinor);
  frame.append(cluster.begin(), cluster.end());
  return frame;
}

tl::expected<Body, Fault> check_prefix(const ClusterId& cluster, std::string_view frame,
                                       std::size_t most) {
  if (frame.size() > most) return tl::unexpected(Fault::kTooLarge);
  if (frame.size() < kPrefixSize) return tl::unexpected(Fault::kTruncated);
  if (!frame.starts_with(kMagicBytes)) return tl::unexpected(Fault::kMagic);
  if (static_cast<std::uint8_t>(frame[4]) != kMajor) return tl::unexpected(Fault::kOtherMajor);
  const bool ours =
      std::equal(cluster.begin(), cluster.end(), frame.begin() + 6,
                 [](std::uint8_t a, char b) { return a == static_cast<std::uint8_t>(b); });
  if (!ours) return tl::unexpected(Fault::kForeignCluster);
  return Body{static_cast<std::uint8_t>(frame[5]), frame.substr(kPrefixSize)};
}

}  // namespace prumo::wire
