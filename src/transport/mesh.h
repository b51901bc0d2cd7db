#pragma once
// The mesh: one bound ROUTER inbox, which only receives, and one DEALER to each other member, which
// only sends. No routing ids: who sent a frame is known from the key of its connection.

#include <chrono>
#include <map>
#include <string>
#include <zmq.hpp>

#include "src/transport/allowance.h"
#include "src/transport/directory.h"
#include "src/transport/lookout.h"
#include "src/transport/refusals.h"

namespace prumo::transport {

struct Parcel;

class Mesh {
 public:
  /// The others must outlive it. Nothing is bound or connected yet.
  Mesh(zmq::context_t&, const Options&, const Directory&, Refusals&);
  /// What was sent just before (a resignation) gets a moment to leave.
  ~Mesh();
  Mesh(const Mesh&) = delete;
  Mesh& operator=(const Mesh&) = delete;

  [[nodiscard]] Result<void> bind(const std::string& endpoint);
  [[nodiscard]] zmq::socket_t& inbox() { return inbox_; }
  /// Hands over what has arrived, within a bound, and what a member sends beyond its allowance not
  /// at all: one that floods starves nobody. A frame from a member that we could not reach makes us
  /// connect to it anew: it is there again.
  void turn(Sink&, Lookout&);
  bool send(const HostId& to, const std::string& frame);
  /// Connects to new members, disconnects from those that are gone, and anew to those that moved.
  void set_members(const Members&);
  void reconnect(const HostId&);

 private:
  struct Dealer {
    Member member;
    zmq::socket_t socket;
    std::chrono::steady_clock::time_point made;
    bool refused = false;  ///< the last frame could not be sent
  };

  void connect(const Member&);
  void heard_from(const HostId&);
  /// Whose frame it is; null when it is dropped.
  [[nodiscard]] const HostId* sender(Parcel&);

  zmq::context_t& context_;
  HostId self_;
  KeyPair keys_;
  bool insecure_;
  const Directory& directory_;
  Refusals& refusals_;
  zmq::socket_t inbox_;
  std::map<HostId, Dealer> dealers_;
  std::map<HostId, Allowance> allowances_;  ///< of members that have spoken
};

}  // namespace prumo::transport
