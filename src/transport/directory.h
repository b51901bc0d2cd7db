#pragma once
// Which key is whose. It is asked for each handshake and again for each message, so that a key that
// was removed stops counting at once, whatever connections it still has.

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "src/transport/transport.h"

namespace prumo::transport {

class Directory {
 public:
  void set_members(const Members& members) {
    members_.clear();
    for (const Member& m : members.list())
      if (!m.public_key.empty()) members_.emplace(m.public_key, m.id);
  }
  void set_clients(std::map<std::string, Role> clients) { clients_ = std::move(clients); }

  /// The member whose key this is, or null.
  [[nodiscard]] const HostId* member(const std::string& key) const {
    const auto it = members_.find(key);
    return it == members_.end() ? nullptr : &it->second;
  }
  /// What the holder of this key may do at the control socket; nothing: a stranger.
  [[nodiscard]] std::optional<Role> role(const std::string& key) const {
    const auto it = clients_.find(key);
    if (it != clients_.end()) return it->second;
    return member(key) != nullptr ? std::optional(Role::kHost) : std::nullopt;
  }

 private:
  std::map<std::string, HostId> members_;
  std::map<std::string, Role> clients_;
};

}  // namespace prumo::transport
