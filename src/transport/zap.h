#pragma once
// The doorkeeper (ZeroMQ RFC 27): libzmq asks it about the key of every connection that is being
// made, and it answers from the directory. It lives on the reactor's thread; a handshake waits in
// libzmq's own thread until the reactor turns. The key itself becomes the connection's user id.

#include <string>
#include <zmq.hpp>

#include "src/transport/directory.h"
#include "src/transport/lookout.h"

namespace prumo::transport {

inline constexpr const char* kMeshDomain = "mesh";        ///< members only
inline constexpr const char* kControlDomain = "control";  ///< clients, and members

class Doorkeeper {
 public:
  /// Must be made before any secured socket is bound. The others must outlive it.
  Doorkeeper(zmq::context_t&, const Directory&, Refusals&, Lookout&);

  [[nodiscard]] zmq::socket_t& socket() { return socket_; }
  /// Answers what has been asked, within a bound.
  void turn();

 private:
  [[nodiscard]] bool admits(const std::string& domain, const std::string& key) const;

  zmq::socket_t socket_;
  const Directory& directory_;
  Refusals& refusals_;
  Lookout& lookout_;
};

}  // namespace prumo::transport
