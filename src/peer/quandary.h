#pragma once
// The words for what only a person can decide: what is wrong, the commands to look, and those to
// choose. prumo never resumes, destroys or undefines by guess, so whoever reads this must be able
// to act on it alone.

#include <string>

#include "src/core/ids.h"

namespace prumo {

/// A VM as it is called in commands.
struct Named {
  VmId id;
  std::string name;
};

/// Paused by a migration that has neither ended nor goes on. `other`: where it was going; empty:
/// not known.
[[nodiscard]] std::string paused_half_way(const Named&, const HostId& self, const HostId& other);
/// Came in half, and no migration goes on.
[[nodiscard]] std::string came_in_half(const Named&, const HostId& self);
/// Shut off here because it migrated away, but its definition is still here.
[[nodiscard]] std::string still_defined(const Named&, const HostId& self, const HostId& other);
/// Shut off here; whether it has moved is not known.
[[nodiscard]] std::string shut_off_half_way(const Named&, const HostId& self, const HostId& other);
[[nodiscard]] std::string runs_twice(const Named&, const HostId& self, const HostId& other);
/// Runs here, and is defined on the other, off, with its autostart flag set.
[[nodiscard]] std::string starts_there(const Named&, const HostId& self, const HostId& other);
/// Left this host, and does not run where it was going.
[[nodiscard]] std::string runs_nowhere(const Named&, const HostId& self, const HostId& other);
/// Off, and its autostart flag had not been set here yet.
[[nodiscard]] std::string not_started(const Named&, const HostId& self);

/// The first sentence of such words: what is wrong.
[[nodiscard]] std::string in_short(const std::string& words);

}  // namespace prumo
