#pragma once
// What is in range on the wire: the bounds of lengths and numbers, the last value of each enum, and
// the few text fields that may be longer than the rest.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>

#include "src/peer/message.h"
#include "src/wire/codec.h"
#include "src/wire/text.h"

namespace prumo::wire {

inline constexpr std::size_t kTextMost = 512;           ///< bytes of an id, a name, an address
inline constexpr std::size_t kLongTextMost = 4 * 1024;  ///< bytes of a reason
inline constexpr std::size_t kListMost = 4096;          ///< elements of any list
inline constexpr std::size_t kDepthMost = 16;           ///< nested arrays; a rumour needs seven
/// Quantities (cores, MiB, Mbit/s) are never negative.
inline constexpr double kQuantityMost = 1e15;
inline constexpr std::int64_t kMicroMost = 1'000'000'000'000'000;  ///< either sign
/// Durations are lengths, never negative; the bound keeps `now - age` far from overflow.
inline constexpr Duration kDurationMost = std::chrono::hours(24 * 365 * 100);
/// Counters stay below 2^63: storage holds them as signed numbers, and `next()` can't wrap.
inline constexpr std::uint64_t kCounterMost = (std::uint64_t{1} << 63U) - 2;

/// The last enumerator of each enum that travels; an enum without one does not compile.
template <class Enum>
inline constexpr Enum kLast = Enum::no_last_value_is_declared_for_this_enum;
template <>
inline constexpr gossip::Standing kLast<gossip::Standing> = gossip::Standing::kLeft;
template <>
inline constexpr gossip::SlotState kLast<gossip::SlotState> = gossip::SlotState::kUnknown;
template <>
inline constexpr gossip::Mode kLast<gossip::Mode> = gossip::Mode::kAdvise;
template <>
inline constexpr election::Refusal kLast<election::Refusal> = election::Refusal::kSuccessor;
template <>
inline constexpr Outcome kLast<Outcome> = Outcome::kOperator;
template <>
inline constexpr policy::Method kLast<policy::Method> = policy::Method::kPostCopy;
template <>
inline constexpr policy::MethodWish kLast<policy::MethodWish> = policy::MethodWish::kAuto;
template <>
inline constexpr Code kLast<Code> = Code::kEvent;

/// Text fields of up to kLongTextMost and several lines.
template <class Struct>
inline constexpr auto kLongText = std::tuple{};
template <>
inline constexpr auto kLongText<VmFigures> = std::tuple{&VmFigures::pinned};
template <>
inline constexpr auto kLongText<HostFigures> = std::tuple{&HostFigures::slot};
template <>
inline constexpr auto kLongText<NoRelief> = std::tuple{&NoRelief::reason};
template <>
inline constexpr auto kLongText<Refused> = std::tuple{&Refused::reason};
template <>
inline constexpr auto kLongText<MigrationFinished> = std::tuple{&MigrationFinished::reason};
template <>
inline constexpr auto kLongText<Query> = std::tuple{&Query::argument};
template <>
inline constexpr auto kLongText<policy::VmVerdict> = std::tuple{&policy::VmVerdict::reason};
template <>
inline constexpr auto kLongText<policy::PairVerdict> = std::tuple{&policy::PairVerdict::reason};
template <>
inline constexpr auto kLongText<policy::Explanation> =
    std::tuple{&policy::Explanation::overload, &policy::Explanation::conclusion};

/// Text fields that may fill the frame.
template <class Struct>
inline constexpr auto kWholeFrameText = std::tuple{};
template <>
inline constexpr auto kWholeFrameText<Answer> = std::tuple{&Answer::json};

struct TextBound {
  std::size_t most = kTextMost;
  Lines lines = Lines::kOne;
};

/// The bound of `field`, which is a field of `whole`.
template <class Struct>
[[nodiscard]] constexpr TextBound bound_of(const Struct& whole, const std::string& field) {
  const auto is_listed = [&](const auto&... member) {
    return ((&(whole.*member) == &field) || ...);
  };
  if (std::apply(is_listed, kWholeFrameText<Struct>)) return {kFrameMost, Lines::kMany};
  if (std::apply(is_listed, kLongText<Struct>)) return {kLongTextMost, Lines::kMany};
  return {};
}

}  // namespace prumo::wire
