#pragma once
// ZeroMQ behind a small face: the mesh (one bound ROUTER inbox, one DEALER to each other member),
// the control socket (a ROUTER of its own) and the ZAP handler that says which key is whom. One
// thread; nothing blocks but `poll`, and handshakes are answered only there, so it must be called
// often. Nothing throws.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "src/core/members.h"
#include "src/core/result.h"
#include "src/core/time.h"

namespace prumo::transport {

/// CURVE keys as Z85 text, 40 characters each.
struct KeyPair {
  std::string public_key;
  std::string secret_key;
};
[[nodiscard]] KeyPair new_key_pair();
/// The public half of a secret key. Error: it is no key.
[[nodiscard]] Result<std::string> public_of(const std::string& secret_key);

enum class Role : std::uint8_t { kViewer, kOperator, kHost };

struct Options {
  HostId self;
  std::string bind;                  ///< mesh, "tcp://0.0.0.0:7400"
  std::vector<std::string> control;  ///< "ipc:///run/prumo/control.sock", "tcp://0.0.0.0:7401"
  KeyPair keys;                      ///< empty with `insecure`
  bool insecure = false;  ///< no CURVE; only on loopback unless forced (config checks that)
  Members members;
  /// Public keys of clients; ipc clients without a key get `ipc_role`.
  std::map<std::string, Role> clients;
  Role ipc_role = Role::kOperator;  ///< file permissions guard the socket
};

/// Who asked; valid until the client has gone.
struct Client {
  std::size_t socket = 0;
  std::string routing_id;
  std::string key{};  ///< as the handshake proved it; empty without one
};

class Sink {
 public:
  virtual ~Sink() = default;
  /// One frame of the mesh; `from` is proven by its key (with `insecure`: empty, believe the
  /// frame).
  virtual void on_frame(const HostId& from, std::string_view frame) = 0;
  virtual void on_request(const Client&, Role, std::string_view frame) = 0;
  /// A file descriptor given to `watch` is readable.
  virtual void on_readable(int fd) = 0;
  /// Something was refused or dropped, so many times. `who` is a member's id, a client, or an
  /// address as far as that is known; any number of strangers may have one each.
  virtual void on_refused(const std::string& who, const std::string& what, std::uint64_t times) = 0;
};

/// Things refused or dropped since the start, by reason: "unknown key" (a handshake), "removed key"
/// (a frame), "multipart", "empty", "too large", "not connected or queue full", "no such member",
/// "client gone", "connection closed"…
using Counters = std::map<std::string, std::uint64_t>;

class Transport {
 public:
  virtual ~Transport() = default;
  /// Never blocks, never retries. False: dropped (no connection, or its queue is full).
  virtual bool send(const HostId& to, std::string frame) = 0;
  /// False: the client has gone, or its key counts no more.
  virtual bool reply(const Client&, std::string frame) = 0;
  virtual void watch(int fd) = 0;
  /// Waits for input for at most `timeout`, then hands all that has arrived (within a bound) to the
  /// sink.
  virtual void poll(Duration timeout, Sink&) = 0;
  virtual void set_members(const Members&) = 0;
  virtual void set_clients(const std::map<std::string, Role>&) = 0;
  /// Drop and re-make the connection to that member. Done without being asked when a member is
  /// heard that the last frame could not be sent to.
  virtual void reconnect(const HostId&) = 0;
  [[nodiscard]] virtual const Counters& counters() const = 0;
};
/// Errors: the port is in use, an endpoint is no endpoint, the socket's folder is missing.
[[nodiscard]] Result<std::unique_ptr<Transport>> open(const Options&);

/// The client's side of the control socket (one question, one answer or a stream of events).
class ControlClient {
 public:
  virtual ~ControlClient() = default;
  virtual Result<void> send(std::string frame) = 0;
  /// Error: nothing arrived within `timeout` (`timed out`).
  virtual Result<std::string> receive(Duration timeout) = 0;
};
struct ClientOptions {
  std::string endpoint;
  KeyPair keys;            ///< the client's own; empty: none (ipc, insecure)
  std::string server_key;  ///< public key of the host asked; empty: none
};
[[nodiscard]] Result<std::unique_ptr<ControlClient>> connect(const ClientOptions&);

}  // namespace prumo::transport
