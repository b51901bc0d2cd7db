#include "src/transport/control.h"

#include <sys/stat.h>

#include <cerrno>
#include <utility>

#include "src/transport/ipc.h"
#include "src/transport/socket.h"
#include "src/transport/zap.h"

namespace prumo::transport {
namespace {

constexpr int kRequestsATurn = 32;
constexpr int kPartingMs = 200;
constexpr ::mode_t kSocketMode = 0660;

}  // namespace

Control::Control(zmq::context_t& context, const Options& options, const Directory& directory,
                 Counters& counters)
    : context_(context),
      secret_key_(options.keys.secret_key),
      insecure_(options.insecure),
      ipc_role_(options.ipc_role),
      directory_(directory),
      counters_(counters) {}

Control::~Control() {
  for (zmq::socket_t& socket : sockets_) socket.set(zmq::sockopt::linger, kPartingMs);
}

Result<void> Control::bind(const std::string& endpoint) {
  const auto path = ipc_path(endpoint);
  if (path) {
    if (auto cleared = clear_for_bind(*path); !cleared) return cleared;
  }
  const bool by_key = !path && !insecure_;
  zmq::socket_t socket = new_router(context_, kRequestMost);
  if (by_key) secure_server(socket, secret_key_, kControlDomain);
  if (auto bound = transport::bind(socket, endpoint, "transport.control"); !bound) return bound;
  if (path && ::chmod(path->c_str(), kSocketMode) != 0)
    return fail(*path + ": its permissions can't be set");
  sockets_.push_back(std::move(socket));
  by_key_.push_back(by_key);
  return {};
}

std::optional<Role> Control::role_of(std::size_t index, const std::string& key) const {
  return by_key_[index] ? directory_.role(key) : ipc_role_;
}

void Control::turn(std::size_t index, Sink& sink) {
  for (int i = 0; i < kRequestsATurn; ++i) {
    Parcel parcel;
    const Took took = take(sockets_[index], parcel, counters_);
    if (took == Took::kNothing) return;
    if (took == Took::kDropped) continue;
    const auto role = role_of(index, parcel.key);
    if (!role) {
      ++counters_["removed key"];
      continue;
    }
    sink.on_request(Client{index, std::move(parcel.routing_id)}, *role,
                    parcel.payload.to_string_view());
  }
}

bool Control::reply(const Client& client, const std::string& frame) {
  if (client.socket >= sockets_.size() || client.routing_id.empty()) return false;
  zmq::socket_t& socket = sockets_[client.socket];
  const auto flags = zmq::send_flags::dontwait;
  try {
    if (!socket.send(zmq::buffer(client.routing_id), flags | zmq::send_flags::sndmore)) {
      ++counters_["queue full"];
      return false;
    }
    return socket.send(zmq::buffer(frame), flags).has_value();
  } catch (const zmq::error_t&) {  // EHOSTUNREACH
    ++counters_["client gone"];
    return false;
  }
}

}  // namespace prumo::transport
