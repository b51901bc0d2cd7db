#include "src/transport/socket.h"

#include <cerrno>
#include <cstdint>
#include <cstring>

namespace prumo::transport {
namespace {

namespace option = zmq::sockopt;

constexpr int kZapEnforceDomain = 93;  // ZMQ_ZAP_ENFORCE_DOMAIN; zmq.h hides it among the drafts

/// A silent connection is given up after 6 s; a handshake may take 5 s, a connect 3 s.
void set_common(zmq::socket_t& socket, std::size_t frame_most) {
  socket.set(option::linger, 0);
  socket.set(option::maxmsgsize, static_cast<std::int64_t>(frame_most + kCurveOverhead));
  socket.set(option::heartbeat_ivl, 2000);
  socket.set(option::heartbeat_timeout, 6000);
  socket.set(option::heartbeat_ttl, 8000);
  socket.set(option::handshake_ivl, 5000);
  socket.set(option::connect_timeout, 3000);
  socket.set(option::tcp_keepalive, 1);
}

void allow_ipv6(zmq::socket_t& socket, const std::string& endpoint) {
  if (endpoint.find('[') != std::string::npos) socket.set(option::ipv6, 1);
}

}  // namespace

zmq::socket_t new_router(zmq::context_t& context, std::size_t frame_most) {
  zmq::socket_t socket(context, zmq::socket_type::router);
  set_common(socket, frame_most);
  socket.set(option::rcvhwm, 1000);
  socket.set(option::sndhwm, 64);
  socket.set(option::router_mandatory,
             1);  // a reply to a client that has gone is an error, not silence
  socket.set(option::backlog, 1024);
  return socket;
}

zmq::socket_t new_dealer(zmq::context_t& context) {
  zmq::socket_t socket(context, zmq::socket_type::dealer);
  set_common(socket, kMeshFrameMost);
  socket.set(option::immediate, 1);
  socket.set(option::sndhwm, 64);
  socket.set(option::rcvhwm, 1);
  socket.set(option::reconnect_ivl, 100);
  socket.set(option::reconnect_ivl_max, 1000);
  return socket;
}

void secure_server(zmq::socket_t& socket, const std::string& secret_key,
                   const std::string& domain) {
  socket.set(option::curve_server, 1);
  socket.set(option::curve_secretkey, secret_key);
  socket.set(option::zap_domain, domain);
  const int enforce = 1;  // cppzmq 4.9 has no name for this option
  if (zmq_setsockopt(socket.handle(), kZapEnforceDomain, &enforce, sizeof enforce) != 0)
    throw zmq::error_t();
}

void secure_client(zmq::socket_t& socket, const KeyPair& own, const std::string& server_key) {
  socket.set(option::curve_publickey, own.public_key);
  socket.set(option::curve_secretkey, own.secret_key);
  socket.set(option::curve_serverkey, server_key);
}

Result<void> bind(zmq::socket_t& socket, const std::string& endpoint, const std::string& setting) {
  try {
    allow_ipv6(socket, endpoint);
    socket.bind(endpoint);
    return {};
  } catch (const zmq::error_t& error) {
    switch (error.num()) {
      case EADDRINUSE:
        return fail(endpoint + " is in use by another process; stop it or change " + setting);
      case EADDRNOTAVAIL:
      case ENODEV:
        return fail(endpoint + ": this host has no such address; change " + setting);
      case EACCES:
        return fail(endpoint + ": no permission to listen there; change " + setting);
      case ENAMETOOLONG:
        return fail(endpoint + ": the path is too long; change " + setting);
      case EINVAL:
      case EPROTONOSUPPORT:
      case ENOCOMPATPROTO:
        return fail(endpoint + " is no endpoint like tcp://ADDRESS:PORT; change " + setting);
      default:
        return fail(endpoint + ": " + error.what() + "; see " + setting);
    }
  }
}

bool take(zmq::socket_t& socket, Parcel& parcel) {
  zmq::message_t part;
  if (!socket.recv(part, zmq::recv_flags::dontwait)) return false;
  parcel.routing_id = part.to_string();

  // All parts of a message arrive together, so none of these waits.
  std::size_t frames = 0;
  while (part.more()) {
    if (!socket.recv(part, zmq::recv_flags::dontwait)) break;
    if (++frames > 1) continue;
    const char* key = zmq_msg_gets(part.handle(), "User-Id");
    parcel.key = key == nullptr ? "" : key;
    parcel.connection = zmq_msg_get(part.handle(), ZMQ_SRCFD);
    if (part.more()) continue;
    parcel.payload = std::move(part);
    return true;
  }
  parcel.fault = frames == 0 ? "empty" : "multipart";
  return true;
}

std::string address_of(zmq::message_t& frame) {
  const char* address = zmq_msg_gets(frame.handle(), "Peer-Address");
  return address == nullptr ? "an unknown address" : address;
}

}  // namespace prumo::transport
