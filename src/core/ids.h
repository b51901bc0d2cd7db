#pragma once
// Names and numbers that must not be mixed up. Each is a type of its own, so that an epoch can't be
// passed as a round; all are ordered, because ties are broken by ids everywhere.

#include <compare>
#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>

namespace prumo {

/// A textual identity; `Tag` keeps a host's id apart from a VM's.
template <class Tag>
struct Name {
  std::string value;

  Name() = default;
  explicit Name(std::string text) : value(std::move(text)) {}
  [[nodiscard]] bool empty() const { return value.empty(); }
  auto operator<=>(const Name&) const = default;
};
using HostId = Name<struct HostTag>;
/// libvirt's UUID in production; any unique text in the simulator and in snapshots.
using VmId = Name<struct VmTag>;

/// A counter; `Tag` keeps epochs, rounds and versions apart.
template <class Tag>
struct Number {
  std::uint64_t value = 0;

  [[nodiscard]] constexpr Number next() const { return Number{value + 1}; }
  auto operator<=>(const Number&) const = default;
};
/// Number of a coordinator's reign; never goes back, also across restarts (Bully's claim number).
using Epoch = Number<struct EpochTag>;
/// Counts relief rounds within an epoch.
using Round = Number<struct RoundTag>;
/// Counts a source's requests for relief within one run of its daemon.
using Request = Number<struct RequestTag>;
/// Raised by the owner of a summary each time it changes.
using Version = Number<struct VersionTag>;
/// Drawn at each start of a daemon (run.h); tells two daemons with one id apart.
using RunId = Number<struct RunTag>;

/// Orders what is said of a host: its durable start count, then its refutations of this run.
struct Incarnation {
  std::uint32_t starts = 0;
  std::uint32_t refutations = 0;
  auto operator<=>(const Incarnation&) const = default;
};

/// No host is started more often. What others say of a host is believed up to here: they could else
/// take its numbers to where none is left, and it could not answer.
inline constexpr std::uint32_t kStartsMost = 1U << 24U;

struct RoundId {
  Epoch epoch;
  Round round;
  auto operator<=>(const RoundId&) const = default;
};

/// One move of one round: the identity of an operation on a VM.
struct OpId {
  Epoch epoch;
  Round round;
  std::uint32_t index = 0;
  auto operator<=>(const OpId&) const = default;
};

/// An order of a coordinator carries its epoch, which is at least 1. What an operator has ordered by
/// hand carries none: its round tells the host that carries it out, and that host's start count.
[[nodiscard]] inline bool by_hand(const OpId& id) { return id.epoch == Epoch{}; }

/// "7.31"
[[nodiscard]] inline std::string to_string(const RoundId& id) {
  return std::to_string(id.epoch.value) + "." + std::to_string(id.round.value);
}
/// "7.31.0"; "hand.3f2a91c4.12.1" when it was ordered by hand.
[[nodiscard]] inline std::string to_string(const OpId& id) {
  if (!by_hand(id)) return to_string(RoundId{id.epoch, id.round}) + "." + std::to_string(id.index);
  char text[64];
  std::snprintf(text, sizeof text, "hand.%08llx.%llu.%u",
                static_cast<unsigned long long>(id.round.value >> 32U),
                static_cast<unsigned long long>(id.round.value & 0xFFFFFFFFU), id.index);
  return text;
}

}  // namespace prumo
