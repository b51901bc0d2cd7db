#include "src/transport/ipc.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace prumo::transport {
namespace {

constexpr std::string_view kScheme = "ipc://";

}  // namespace

std::optional<std::string> ipc_path(const std::string& endpoint) {
  if (!endpoint.starts_with(kScheme)) return std::nullopt;
  return endpoint.substr(kScheme.size());
}

IpcState state_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) return IpcState::kOther;
  std::copy(path.begin(), path.end(), address.sun_path);

  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return IpcState::kOther;
  const int result = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  const int error = errno;
  ::close(fd);
  if (result == 0) return IpcState::kListening;
  switch (error) {
    case EAGAIN:
      return IpcState::kListening;  // its backlog is full
    case ENOENT:
    case ENOTDIR:
      return IpcState::kMissing;
    case ECONNREFUSED: {
      std::error_code ignored;
      return std::filesystem::is_socket(path, ignored) ? IpcState::kStale : IpcState::kOther;
    }
    case EACCES:
    case EPERM:
      return IpcState::kForbidden;
    default:
      return IpcState::kOther;
  }
}

Result<void> clear_for_bind(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::error_code ignored;
  if (!folder.empty() && !std::filesystem::is_directory(folder, ignored))
    return fail("the folder " + folder.string() + " of the control socket is missing; create it");
  switch (state_of(path)) {
    case IpcState::kMissing:
      return {};
    case IpcState::kStale:
      if (::unlink(path.c_str()) == 0) return {};
      return fail(path + " can't be removed: " + std::strerror(errno));
    case IpcState::kListening:
      return fail("ipc://" + path +
                  " is in use by another process; stop it or change transport.control");
    case IpcState::kForbidden:
      return fail(path + ": no permission; start as root or mend its folder");
    case IpcState::kOther:
      return fail(path +
                  " is no socket, or too long for one; remove it or change transport.control");
  }
  return {};
}

}  // namespace prumo::transport
