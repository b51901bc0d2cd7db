// A datagram per request, from a socket of its own, so that whatever comes back there is its answer.

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <map>

#include "src/probe/probe.h"
#include "src/probe/waiter.h"

namespace prumo::probe {
namespace {

struct Address {
  sockaddr_storage storage{};
  socklen_t length = 0;
};

class UdpProbe final : public Probe {
 public:
  UdpProbe(Address address, std::string payload)
      : address_(address), payload_(std::move(payload)) {}
  ~UdpProbe() override {
    for (const auto& [number, fd] : waiting_) ::close(fd);
  }

  Result<void> send(RequestNumber number) override {
    const int fd =
        ::socket(address_.storage.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return fail(std::strerror(errno));
    const auto* to = reinterpret_cast<const sockaddr*>(&address_.storage);
    if (::connect(fd, to, address_.length) != 0 ||
        ::send(fd, payload_.data(), payload_.size(), 0) < 0) {
      const int why = errno;
      ::close(fd);
      return fail(std::strerror(why));
    }
    waiter_.watch(fd, number, true, false);
    waiting_.emplace(number, fd);
    return {};
  }

  void wait(Duration at_most, const OnEnd& on_end) override {
    for (const Waiter::Ready& ready : waiter_.wait(at_most)) {
      const auto it = waiting_.find(ready.tag);
      if (it == waiting_.end()) continue;
      std::array<char, 64> answer;
      const bool answered = ::recv(it->second, answer.data(), answer.size(), 0) >= 0;
      if (!answered && (errno == EAGAIN || errno == EINTR)) continue;
      const std::string error = answered ? "" : std::strerror(errno);
      give_up(ready.tag);
      on_end(ready.tag, error);
    }
  }

  void give_up(RequestNumber number) override {
    const auto it = waiting_.find(number);
    if (it == waiting_.end()) return;
    ::close(it->second);  // which takes it off the waiter, too
    waiting_.erase(it);
  }

 private:
  Address address_;
  std::string payload_;
  Waiter waiter_;
  std::map<RequestNumber, int> waiting_;
};

}  // namespace

Result<std::unique_ptr<Probe>> make_udp_probe(const Target& target) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  const int failed = ::getaddrinfo(target.host.c_str(), target.port.c_str(), &hints, &found);
  if (failed != 0) return fail(target.host + ": " + ::gai_strerror(failed));
  Address address;
  address.length = found->ai_addrlen;
  std::memcpy(&address.storage, found->ai_addr, found->ai_addrlen);
  ::freeaddrinfo(found);
  return std::make_unique<UdpProbe>(address, target.payload);
}

}  // namespace prumo::probe
