#pragma once
// Those who do not play by the rules: a DEALER set up by hand, and a bare TCP connection.

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <vector>
#include <zmq.hpp>

#include "src/transport/socket.h"

namespace prumo::transport {

class RawDealer {
 public:
  /// Without a server key: no CURVE.
  RawDealer(const std::string& endpoint, const KeyPair& keys, const std::string& server_key)
      : socket_(context_, zmq::socket_type::dealer) {
    socket_.set(zmq::sockopt::linger, 0);
    socket_.set(zmq::sockopt::immediate, 1);
    if (!server_key.empty()) secure_client(socket_, keys, server_key);
    socket_.connect(endpoint);
  }
  /// False: not connected.
  bool send(const std::vector<std::string>& parts) {
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const auto more = i + 1 < parts.size() ? zmq::send_flags::sndmore : zmq::send_flags::none;
      if (!socket_.send(zmq::buffer(parts[i]), zmq::send_flags::dontwait | more)) return false;
    }
    return true;
  }

 private:
  zmq::context_t context_;
  zmq::socket_t socket_;
};

/// A bare connection to "tcp://127.0.0.1:PORT".
class RawTcp {
 public:
  explicit RawTcp(const std::string& endpoint) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int port = std::stoi(endpoint.substr(endpoint.rfind(':') + 1));
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    connected = ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~RawTcp() { ::close(fd_); }
  RawTcp(const RawTcp&) = delete;
  RawTcp& operator=(const RawTcp&) = delete;

  void write(const std::string& bytes) {
    (void)::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  }
  /// True once the other side has closed.
  [[nodiscard]] bool closed() {
    char byte = 0;
    ssize_t got = 0;
    while ((got = ::recv(fd_, &byte, 1, MSG_DONTWAIT)) > 0) continue;
    return got == 0 || (errno != EAGAIN && errno != EINTR);
  }

  bool connected = false;

 private:
  int fd_;
};

}  // namespace prumo::transport
