#pragma once
// Transports of several hosts in one process, on free ports of the loopback device, all turned by
// the test's own thread until something has come true.

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "src/transport/transport.h"

namespace prumo::transport {

/// A port that was free a moment ago.
inline std::string free_endpoint() {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ::bind(fd, reinterpret_cast<const sockaddr*>(&address), size);
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(fd);
  return "tcp://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
}

/// Keeps what it is given.
struct Recorder : Sink {
  struct Request {
    Client client;
    Role role;
    std::string frame;
  };
  std::vector<std::pair<HostId, std::string>> frames;
  std::vector<Request> requests;
  std::vector<int> readable;
  std::map<std::pair<std::string, std::string>, std::uint64_t> refused;
  std::function<void(int)> read = [](int) {};

  void on_frame(const HostId& from, std::string_view frame) override {
    frames.emplace_back(from, frame);
  }
  void on_request(const Client& client, Role role, std::string_view frame) override {
    requests.push_back({client, role, std::string(frame)});
  }
  void on_readable(int fd) override {
    readable.push_back(fd);
    read(fd);
  }
  void on_refused(const std::string& who, const std::string& what, std::uint64_t times) override {
    refused[{who, what}] += times;
  }
  [[nodiscard]] bool heard(const std::string& frame) const {
    for (const auto& [from, text] : frames)
      if (text == frame) return true;
    return false;
  }
};

struct Host {
  Member member;
  KeyPair keys;
  std::string control;
  Recorder sink;
  std::unique_ptr<Transport> transport;
};

class Cluster {
 public:
  /// Hosts h1 to hN; each knows all.
  explicit Cluster(std::size_t size, bool insecure = false) : insecure_(insecure), hosts_(size) {
    for (std::size_t i = 0; i < size; ++i) {
      Host& host = hosts_[i];
      if (!insecure) host.keys = new_key_pair();
      host.member = {HostId("h" + std::to_string(i + 1)), free_endpoint(), host.keys.public_key, 0};
      host.control = free_endpoint();
    }
    for (Host& host : hosts_) start(host);
  }

  [[nodiscard]] Members members() const {
    std::vector<Member> list;
    for (const Host& host : hosts_) list.push_back(host.member);
    return Members(list);
  }
  [[nodiscard]] Options options_of(const Host& host) const {
    Options options;
    options.self = host.member.id;
    options.bind = host.member.endpoint;
    options.control = {host.control};
    options.keys = host.keys;
    options.insecure = insecure_;
    options.members = members();
    options.clients = clients;
    return options;
  }
  void start(Host& host) {
    auto opened = open(options_of(host));
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    host.transport = *std::move(opened);
  }
  /// h1 is 1.
  Host& operator[](std::size_t number) { return hosts_.at(number - 1); }

  /// One turn of each.
  void turn() {
    for (Host& host : hosts_)
      if (host.transport) host.transport->poll(std::chrono::milliseconds(2), host.sink);
  }
  /// Turns until `done`; false after a time that no machine should need.
  [[nodiscard]] bool until(const std::function<bool()>& done) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!done()) {
      if (std::chrono::steady_clock::now() > end) return false;
      turn();
    }
    return true;
  }
  /// Turns until `from` could send `text` to `to` and it has arrived.
  [[nodiscard]] bool delivers(std::size_t from, std::size_t to, const std::string& text) {
    Host& sender = (*this)[from];
    Host& receiver = (*this)[to];
    return until([&] { return sender.transport->send(receiver.member.id, text); }) &&
           until([&] { return receiver.sink.heard(text); });
  }
  [[nodiscard]] std::uint64_t count(std::size_t number, const std::string& reason) {
    const Counters& counters = (*this)[number].transport->counters();
    const auto it = counters.find(reason);
    return it == counters.end() ? 0 : it->second;
  }

  std::map<std::string, Role> clients;

 private:
  bool insecure_;
  std::vector<Host> hosts_;
};

}  // namespace prumo::transport
