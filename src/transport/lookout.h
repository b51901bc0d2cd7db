#pragma once
// Tells of what libzmq turns away by itself: connections that do not speak ZeroMQ, or with another
// mechanism, or that never finish their handshake. It hears of them from libzmq's socket monitors.
//
// An event names no address, and only the first and the last of a connection name its descriptor.
// So the address is looked up at the first, when a stranger may have gone already; and a connection
// that ends without a word of failure was no ZeroMQ, unless something has been received by it or
// the doorkeeper had admitted somebody from there who has sent nothing yet. With one I/O thread,
// the failure and the end of a connection follow each other.

#include <map>
#include <string>
#include <vector>
#include <zmq.hpp>

#include "src/transport/refusals.h"

namespace prumo::transport {

class Lookout {
 public:
  /// The others must outlive it.
  Lookout(zmq::context_t& context, Refusals& refusals) : context_(context), refusals_(refusals) {}

  /// Call before `router` is bound. `by_key`: the doorkeeper is asked about each connection.
  void watch(zmq::socket_t& router, bool by_key);
  /// The doorkeeper lets somebody in from that address.
  void admitted(const std::string& address) { ++silent_[address]; }
  /// Something has come out of the i-th watched socket by that connection.
  void heard(std::size_t i, int connection);
  /// To be polled.
  [[nodiscard]] zmq::socket_t& events(std::size_t i) { return watched_[i].events; }
  [[nodiscard]] std::size_t size() const { return watched_.size(); }
  /// Takes in what has happened at one of them, within a bound.
  void turn(std::size_t i);

 private:
  struct Connection {
    std::string address;
    bool heard = false;
  };
  struct Watched {
    zmq::socket_t events;
    bool by_key = false;
    std::map<int, Connection> open;  ///< by descriptor
    std::string failure;             ///< of the connection that ends next
  };
  void take(Watched&, std::uint16_t event, std::uint32_t value);
  void ended(Watched&, int descriptor);
  /// Whether somebody admitted from there is yet to be heard; one less from now on.
  bool one_less_silent(const std::string& address);

  zmq::context_t& context_;
  Refusals& refusals_;
  std::vector<Watched> watched_;
  std::map<std::string, std::uint64_t> silent_;  ///< admitted and not heard yet, by address
};

}  // namespace prumo::transport
