#pragma once
// The control sockets: a ROUTER for each endpoint, apart from the mesh, so that a flood of
// questions can't starve it. What a client may do follows from its key; on ipc:// from the file's
// permissions.

#include <map>
#include <string>
#include <vector>
#include <zmq.hpp>

#include "src/transport/allowance.h"
#include "src/transport/directory.h"
#include "src/transport/lookout.h"

namespace prumo::transport {

struct Parcel;

class Control {
 public:
  /// The others must outlive it.
  Control(zmq::context_t&, const Options&, const Directory&, Refusals&);
  /// Answers that were given just before get a moment to leave.
  ~Control();
  Control(const Control&) = delete;
  Control& operator=(const Control&) = delete;

  [[nodiscard]] Result<void> bind(const std::string& endpoint, Lookout&);
  /// Sockets in the order of `bind`; `Client::socket` is the index.
  [[nodiscard]] std::vector<zmq::socket_t>& sockets() { return sockets_; }
  /// Hands over what has arrived at one socket, within a bound that is small against the mesh's.
  void turn(std::size_t index, Sink&, Lookout&);
  bool reply(const Client&, const std::string& frame);
  /// After the directory has changed.
  void forget_keys();

 private:
  /// What the one who asks may do; nothing: it gets no answer.
  [[nodiscard]] std::optional<Role> admit(std::size_t index, Parcel&);

  zmq::context_t& context_;
  std::string secret_key_;
  bool insecure_;
  Role ipc_role_;
  const Directory& directory_;
  Refusals& refusals_;
  std::vector<zmq::socket_t> sockets_;
  std::vector<bool> by_key_;                     ///< of each socket: clients prove a key
  std::map<std::string, Allowance> allowances_;  ///< by key, of clients that have asked
};

}  // namespace prumo::transport
