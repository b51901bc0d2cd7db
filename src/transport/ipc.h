#pragma once
// The file behind an ipc:// endpoint. libzmq removes whatever is there before it binds, also a
// socket that another process listens on; so we look first.

#include <optional>
#include <string>

#include "src/core/result.h"

namespace prumo::transport {

/// The path of "ipc://PATH"; nothing: another kind of endpoint.
[[nodiscard]] std::optional<std::string> ipc_path(const std::string& endpoint);

enum class IpcState { kMissing, kStale, kListening, kForbidden, kOther };
/// Finds out by connecting. kOther: no socket, or the path is too long for one.
[[nodiscard]] IpcState state_of(const std::string& path);

/// Makes way for a bind: removes a socket that nobody listens on.
/// Errors: somebody does; something else is there; the folder is missing.
[[nodiscard]] Result<void> clear_for_bind(const std::string& path);

}  // namespace prumo::transport
