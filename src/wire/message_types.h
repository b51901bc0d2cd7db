#pragma once
// The number and the name of each message's type. A number is never changed and never used again,
// not even when its message is gone; a new message takes the next free one.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "src/peer/message.h"

namespace prumo::wire {

struct MessageType {
  std::uint8_t number = 0;
  const char* name = "";
};

template <class M>
inline constexpr MessageType kTypeOf{};

// Gossip from 1, election from 16, relief from 32, the operator's questions from 64.
template <>
inline constexpr MessageType kTypeOf<gossip::Digest>{1, "digest"};
template <>
inline constexpr MessageType kTypeOf<gossip::Delta>{2, "delta"};
template <>
inline constexpr MessageType kTypeOf<gossip::Rumour>{3, "rumour"};
template <>
inline constexpr MessageType kTypeOf<gossip::Ping>{4, "ping"};
template <>
inline constexpr MessageType kTypeOf<gossip::Ack>{5, "ack"};
template <>
inline constexpr MessageType kTypeOf<gossip::PingRequest>{6, "ping_request"};
template <>
inline constexpr MessageType kTypeOf<gossip::Nack>{7, "nack"};
template <>
inline constexpr MessageType kTypeOf<election::Election>{16, "election"};
template <>
inline constexpr MessageType kTypeOf<election::Ok>{17, "ok"};
template <>
inline constexpr MessageType kTypeOf<election::Coordinator>{18, "coordinator"};
template <>
inline constexpr MessageType kTypeOf<election::Accept>{19, "accept"};
template <>
inline constexpr MessageType kTypeOf<election::Refuse>{20, "refuse"};
template <>
inline constexpr MessageType kTypeOf<election::Heartbeat>{21, "heartbeat"};
template <>
inline constexpr MessageType kTypeOf<election::HeartbeatAck>{22, "heartbeat_ack"};
template <>
inline constexpr MessageType kTypeOf<election::Outdated>{23, "outdated"};
template <>
inline constexpr MessageType kTypeOf<election::Resign>{24, "resign"};
template <>
inline constexpr MessageType kTypeOf<VmInfo>{32, "vm_info"};
template <>
inline constexpr MessageType kTypeOf<SendInfo>{33, "send_info"};
template <>
inline constexpr MessageType kTypeOf<Info>{34, "info"};
template <>
inline constexpr MessageType kTypeOf<Migrate>{35, "migrate"};
template <>
inline constexpr MessageType kTypeOf<NoRelief>{36, "no_relief"};
template <>
inline constexpr MessageType kTypeOf<Reserve>{37, "reserve"};
template <>
inline constexpr MessageType kTypeOf<Reserved>{38, "reserved"};
template <>
inline constexpr MessageType kTypeOf<Refused>{39, "refused"};
template <>
inline constexpr MessageType kTypeOf<prumo::Ask>{40, "ask"};
template <>
inline constexpr MessageType kTypeOf<Hold>{41, "hold"};
template <>
inline constexpr MessageType kTypeOf<Release>{42, "release"};
template <>
inline constexpr MessageType kTypeOf<ReleaseAck>{43, "release_ack"};
template <>
inline constexpr MessageType kTypeOf<MigrationFinished>{44, "migration_finished"};
template <>
inline constexpr MessageType kTypeOf<FinishedAck>{45, "finished_ack"};
template <>
inline constexpr MessageType kTypeOf<RunsHere>{46, "runs_here"};
template <>
inline constexpr MessageType kTypeOf<Query>{64, "query"};
template <>
inline constexpr MessageType kTypeOf<Answer>{65, "answer"};

template <class T>
inline constexpr bool kIsGroup = false;
template <class... M>
inline constexpr bool kIsGroup<std::variant<M...>> = true;

/// Calls visit(std::type_identity<M>{}) for each message type of a variant of messages and of
/// groups of messages, until one call returns true. False: none did.
template <class... M, class Visit>
constexpr bool any_message(std::type_identity<std::variant<M...>>, const Visit& visit) {
  const auto one = [&visit]<class T>(std::type_identity<T> type) {
    if constexpr (kIsGroup<T>) {
      return any_message(type, visit);
    } else {
      return visit(type);
    }
  };
  return (one(std::type_identity<M>{}) || ...);
}

/// Every message has a number and a name, and no two have the same.
consteval bool types_are_sound() {
  std::array<bool, 256> seen{};
  return !any_message(std::type_identity<Message>{}, [&seen]<class M>(std::type_identity<M>) {
    const MessageType type = kTypeOf<M>;
    const bool bad = type.number == 0 || seen[type.number] || std::string_view(type.name).empty();
    seen[type.number] = true;
    return bad;
  });
}
static_assert(types_are_sound());

}  // namespace prumo::wire
