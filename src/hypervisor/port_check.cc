#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>

#include "src/hypervisor/uri.h"

namespace prumo::hypervisor {
namespace {

struct FreeAddresses {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

class Socket {
 public:
  explicit Socket(int family)
      : fd_(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {}
  ~Socket() {
    if (fd_ >= 0) ::close(fd_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_;
};

Result<Addresses> resolve_name(const Endpoint& endpoint) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const int rc =
      getaddrinfo(endpoint.host.c_str(), std::to_string(endpoint.port).c_str(), &hints, &list);
  if (rc != 0) return fail(endpoint.host + ": " + gai_strerror(rc));
  return Addresses(list);
}

/// 0 or an errno.
int connect_within(const addrinfo& address, Duration timeout) {
  const Socket socket(address.ai_family);
  if (socket.fd() < 0) return errno;
  if (::connect(socket.fd(), address.ai_addr, address.ai_addrlen) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  const auto until = std::chrono::steady_clock::now() + timeout;
  while (true) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    if (left.count() <= 0) return ETIMEDOUT;
    pollfd waiting{socket.fd(), POLLOUT, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(left.count()));
    if (ready < 0 && errno == EINTR) continue;
    if (ready < 0) return errno;
    if (ready == 0) return ETIMEDOUT;
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(socket.fd(), SOL_SOCKET, SO_ERROR, &error, &size);
    return error;
  }
}

bool is_loopback(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, address, sizeof v4);
    return (ntohl(v4.sin_addr.s_addr) >> 24U) == 127;
  }
  sockaddr_in6 v6{};
  std::memcpy(&v6, address, sizeof v6);
  return IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr) != 0;
}

}  // namespace

Result<void> try_connect(const Endpoint& endpoint, Duration timeout) {
  const auto addresses = resolve_name(endpoint);
  if (!addresses) return tl::unexpected(addresses.error());
  int error = 0;
  for (const addrinfo* a = addresses->get(); a != nullptr; a = a->ai_next) {
    error = connect_within(*a, timeout);
    if (error == 0) return {};
  }
  return fail(endpoint.host + " port " + std::to_string(endpoint.port) + ": " +
              std::strerror(error));
}

Result<void> check_own_address(const std::string& host) {
  const auto addresses = resolve_name({host, 0});
  if (!addresses) return tl::unexpected(addresses.error());
  for (const addrinfo* a = addresses->get(); a != nullptr; a = a->ai_next) {
    if (is_loopback(a->ai_addr)) return fail(host + " is the loopback address");
    const Socket socket(a->ai_family);
    if (socket.fd() >= 0 && ::bind(socket.fd(), a->ai_addr, a->ai_addrlen) == 0) return {};
  }
  return fail(host + " is no address of this host");
}

}  // namespace prumo::hypervisor
