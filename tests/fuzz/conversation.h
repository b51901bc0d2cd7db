#pragma once
// What is said to the peer of peer_fuzz.cc, h2 of four, one message after the other:
//
//    who speaks, 1 byte | how long they waited, 1 byte | length, 2 bytes, the low one first | the
//    message as it follows a frame's prefix

#include <string>
#include <string_view>
#include <vector>

#include "src/core/members.h"
#include "src/core/time.h"

namespace prumo::fuzz {

inline constexpr int kMembers = 4;
inline constexpr Duration kWaitStep = 20ms;

inline HostId speaker(std::size_t who) { return HostId("h" + std::to_string(1 + who % kMembers)); }

inline Members members() {
  std::vector<Member> list;
  for (std::size_t i = 0; i < kMembers; ++i)
    list.push_back({speaker(i), "tcp://127.0.0.1:" + std::to_string(i + 1), "", 0});
  return Members(std::move(list));
}

/// Requires: `wait` is less than 256 steps, and `body` shorter than 64 KiB.
inline void say(std::string& conversation, std::size_t who, Duration wait, std::string_view body) {
  for (const std::size_t value :
       {who, static_cast<std::size_t>(wait / kWaitStep), body.size() % 256, body.size() / 256})
    conversation += static_cast<char>(value);
  conversation += body;
}

}  // namespace prumo::fuzz
