#include "src/probe/trivial_server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <string_view>

#include "src/probe/waiter.h"

namespace prumo::probe {
namespace {

constexpr std::string_view kAnswer =
    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: text/plain\r\n\r\nok";
constexpr std::string_view kEndOfRequest = "\r\n\r\n";

class Server final : public TrivialServer {
 public:
  Server(Protocol protocol, int fd, int port) : protocol_(protocol), listening_(fd), port_(port) {
    waiter_.watch(fd, static_cast<std::uint64_t>(fd), true, false);
    thread_ = std::thread([this] { work(); });
  }
  ~Server() override {
    stop_ = true;
    thread_.join();
    for (const auto& [fd, text] : heard_) ::close(fd);
    ::close(listening_);
  }
  std::string url() const override {
    return (protocol_ == Protocol::kUdp ? "udp://127.0.0.1:" : "http://127.0.0.1:") +
           std::to_string(port_) + "/";
  }

 private:
  void work() {
    while (!stop_) {
      for (const Waiter::Ready& ready : waiter_.wait(20ms)) {
        const int fd = static_cast<int>(ready.tag);
        if (fd != listening_)
          hear(fd);
        else if (protocol_ == Protocol::kUdp)
          echo();
        else
          accept();
      }
    }
  }

  void echo() {
    std::array<char, 2048> text;
    sockaddr_in from{};
    socklen_t length = sizeof from;
    auto* address = reinterpret_cast<sockaddr*>(&from);
    for (ssize_t n;
         (n = ::recvfrom(listening_, text.data(), text.size(), 0, address, &length)) >= 0;)
      ::sendto(listening_, text.data(), static_cast<std::size_t>(n), 0, address, length);
  }

  void accept() {
    const int fd = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) return;
    const int one = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    heard_[fd];
    waiter_.watch(fd, static_cast<std::uint64_t>(fd), true, false);
  }

  void hear(int fd) {
    std::array<char, 4096> text;
    const ssize_t n = ::recv(fd, text.data(), text.size(), 0);
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) {
      ::close(fd);
      heard_.erase(fd);
      return;
    }
    std::string& heard = heard_[fd];
    heard.append(text.data(), static_cast<std::size_t>(n));
    if (!heard.ends_with(kEndOfRequest)) return;
    heard.clear();
    ::send(fd, kAnswer.data(), kAnswer.size(), MSG_NOSIGNAL);
  }

  Protocol protocol_;
  int listening_;
  int port_;
  Waiter waiter_;
  std::map<int, std::string> heard_;  // by connection: the request so far
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<TrivialServer>> serve_trivially(Protocol protocol) {
  const int kind = protocol == Protocol::kUdp ? SOCK_DGRAM : SOCK_STREAM;
  const int fd = ::socket(AF_INET, kind | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  sockaddr_in here{};
  here.sin_family = AF_INET;
  here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* address = reinterpret_cast<sockaddr*>(&here);
  socklen_t length = sizeof here;
  const bool open = fd >= 0 && ::bind(fd, address, length) == 0 &&
                    (protocol == Protocol::kUdp || ::listen(fd, SOMAXCONN) == 0) &&
                    ::getsockname(fd, address, &length) == 0;
  if (!open) {
    const std::string why = std::strerror(errno);
    if (fd >= 0) ::close(fd);
    return fail("no server can be had on loopback: " + why);
  }
  return std::make_unique<Server>(protocol, fd, ntohs(here.sin_port));
}

}  // namespace prumo::probe
