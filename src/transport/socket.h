#pragma once
// How every socket of ours is set up, and how one frame is taken out of a ROUTER. All of it is set
// before bind or connect, where alone it has an effect.

#include <cstddef>
#include <string>
#include <zmq.hpp>

#include "src/transport/refusals.h"
#include "src/transport/transport.h"

namespace prumo::transport {

inline constexpr std::size_t kMeshFrameMost = 1024 * 1024;
inline constexpr std::size_t kReplyMost = 16 * 1024 * 1024;
inline constexpr std::size_t kRequestMost = 64 * 1024;
/// What CURVE adds to a frame (33 bytes), rounded up; libzmq's limit is on the frame as it travels.
inline constexpr std::size_t kCurveOverhead = 64;
/// How long a socket that is closed may still send.
inline constexpr int kPartingMs = 200;

/// A mesh inbox or a control socket: receives frames of at most `frame_most` bytes; a longer one
/// costs its sender the connection. Dead connections are found by heartbeats and closed.
[[nodiscard]] zmq::socket_t new_router(zmq::context_t&, std::size_t frame_most);
/// Sends only while connected, queues little, comes back within about a second.
[[nodiscard]] zmq::socket_t new_dealer(zmq::context_t&);

/// Demands CURVE, and that a ZAP handler lets each key of `domain` in: without a handler nobody
/// gets in.
void secure_server(zmq::socket_t&, const std::string& secret_key, const std::string& domain);
void secure_client(zmq::socket_t&, const KeyPair& own, const std::string& server_key);

/// Error: one line that names the endpoint and the cure; `setting` is where it was configured.
[[nodiscard]] Result<void> bind(zmq::socket_t&, const std::string& endpoint,
                                const std::string& setting);

struct Parcel {
  std::string routing_id;
  std::string key;  ///< the sender's public key as the handshake proved it; empty without CURVE
  zmq::message_t payload;
  int connection = -1;  ///< descriptor of the connection it came by
  std::string fault;    ///< why it is to be dropped; empty: it is one frame
};
/// Takes one message from a ROUTER without waiting. False: there is none.
[[nodiscard]] bool take(zmq::socket_t&, Parcel&);
/// Where a frame came from, as the handshake knew it.
[[nodiscard]] std::string address_of(zmq::message_t&);

}  // namespace prumo::transport
