#include "src/transport/lookout.h"

#include <netdb.h>
#include <sys/socket.h>

#include <array>
#include <cstring>
#include <utility>

namespace prumo::transport {
namespace {

constexpr int kEventsATurn = 4096;
constexpr int kWatchedEvents = ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_ACCEPT_FAILED |
                               ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
                               ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL |
                               ZMQ_EVENT_HANDSHAKE_FAILED_AUTH;
constexpr const char* kNowhere = "an unknown address";
constexpr const char* kUnknownKey = "unknown key";
constexpr const char* kUnfinished = "a handshake that it does not finish";

std::string peer_address(int descriptor) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  std::array<char, NI_MAXHOST> text{};
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (::getpeername(descriptor, generic, &size) != 0 || address.ss_family == AF_UNIX ||
      ::getnameinfo(generic, size, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) != 0)
    return kNowhere;
  return text.data();
}

}  // namespace

void Lookout::watch(zmq::socket_t& router, bool by_key) {
  const std::string endpoint = "inproc://lookout-" + std::to_string(watched_.size());
  if (zmq_socket_monitor(router.handle(), endpoint.c_str(), kWatchedEvents) != 0)
    throw zmq::error_t();
  zmq::socket_t events(context_, zmq::socket_type::pair);
  events.set(zmq::sockopt::linger, 0);
  // Without a limit: libzmq's own thread, which serves all, would wait for room here.
  events.set(zmq::sockopt::rcvhwm, 0);
  events.connect(endpoint);
  watched_.push_back({std::move(events), by_key, {}, {}});
}

void Lookout::turn(std::size_t i) {
  Watched& watched = watched_[i];
  for (int taken = 0; taken < kEventsATurn; ++taken) {
    // A number (16 bits) and a value (32 bits); then a part with the socket's own endpoint.
    zmq::message_t event;
    if (!watched.events.recv(event, zmq::recv_flags::dontwait)) return;
    zmq::message_t endpoint;
    if (event.more()) (void)watched.events.recv(endpoint, zmq::recv_flags::dontwait);
    std::uint16_t number = 0;
    std::uint32_t value = 0;
    if (event.size() != sizeof number + sizeof value) continue;
    std::memcpy(&number, event.data(), sizeof number);
    std::memcpy(&value, event.data<char>() + sizeof number, sizeof value);
    take(watched, number, value);
  }
}

void Lookout::take(Watched& watched, std::uint16_t event, std::uint32_t value) {
  switch (event) {
    case ZMQ_EVENT_ACCEPTED:
      watched.open[static_cast<int>(value)] = {peer_address(static_cast<int>(value)), false};
      return;
    case ZMQ_EVENT_ACCEPT_FAILED:
      return refusals_.refuse(kNowhere, "connections, as no descriptor is left");
    case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL:
      watched.failure = "a handshake that is not ours";
      return;
    case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL:
      watched.failure = kUnfinished;
      return;
    case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH:
      watched.failure = kUnknownKey;
      return;
    case ZMQ_EVENT_DISCONNECTED:
      return ended(watched, static_cast<int>(value));
    default:
      return;
  }
}

bool Lookout::one_less_silent(const std::string& address) {
  const auto silent = silent_.find(address);
  if (silent == silent_.end()) return false;
  if (--silent->second == 0) silent_.erase(silent);
  return true;
}

void Lookout::heard(std::size_t i, int connection) {
  const auto found = watched_[i].open.find(connection);
  if (found == watched_[i].open.end() || found->second.heard) return;
  found->second.heard = true;
  one_less_silent(found->second.address);
}

void Lookout::ended(Watched& watched, int descriptor) {
  const auto found = watched.open.extract(descriptor);
  const Connection connection = found.empty() ? Connection{kNowhere} : found.mapped();
  const std::string failure = std::exchange(watched.failure, {});
  if (failure == kUnknownKey) return;  // the doorkeeper has told of it, and knew the address
  // Our own `prumo` looks in this way whether anybody listens.
  if (failure == kUnfinished && !watched.by_key) return refusals_.count("connection closed");
  if (!failure.empty()) return refusals_.refuse(connection.address, failure);
  if (!watched.by_key) return;
  if (connection.heard || one_less_silent(connection.address))
    return refusals_.count("connection closed");
  refusals_.refuse(connection.address, "bytes that are no ZeroMQ");
}

}  // namespace prumo::transport
