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
/// 50 questions a second, 30 at once, each client: a question may cost every host an answer.
constexpr Allowance::Price kClientPrice{std::chrono::milliseconds{20}, std::chrono::nanoseconds{0},
                                        std::chrono::milliseconds{600}};
constexpr ::mode_t kSocketMode = 0660;

}  // namespace

Control::Control(zmq::context_t& context, const Options& options, const Directory& directory,
                 Refusals& refusals)
    : context_(context),
      secret_key_(options.keys.secret_key),
      insecure_(options.insecure),
      ipc_role_(options.ipc_role),
      directory_(directory),
      refusals_(refusals) {}

Control::~Control() {
  for (zmq::socket_t& socket : sockets_) socket.set(zmq::sockopt::linger, kPartingMs);
}

Result<void> Control::bind(const std::string& endpoint, Lookout& lookout) {
  const auto path = ipc_path(endpoint);
  if (path) {
    if (auto cleared = clear_for_bind(*path); !cleared) return cleared;
  }
  const bool by_key = !path && !insecure_;
  zmq::socket_t socket = new_router(context_, kRequestMost);
  if (by_key) secure_server(socket, secret_key_, kControlDomain);
  lookout.watch(socket, by_key);
  if (auto bound = transport::bind(socket, endpoint, "transport.control"); !bound) return bound;
  if (path && ::chmod(path->c_str(), kSocketMode) != 0)
    return fail(*path + ": its permissions can't be set");
  sockets_.push_back(std::move(socket));
  by_key_.push_back(by_key);
  return {};
}

std::optional<Role> Control::admit(std::size_t index, Parcel& parcel) {
  const bool by_key = by_key_[index];
  const auto role = by_key ? directory_.role(parcel.key) : std::optional(ipc_role_);
  if (!role) {
    refusals_.refuse(address_of(parcel.payload), "removed key");
    return std::nullopt;
  }
  // Who may open the socket's file may do anything here, also ask without end.
  if (parcel.fault.empty() && by_key &&
      !allowances_[parcel.key].take(kClientPrice, parcel.payload.size(), Allowance::Clock::now()))
    parcel.fault = "more questions than it may";
  if (parcel.fault.empty()) return role;
  refusals_.refuse(by_key ? "client " + parcel.key.substr(0, 8) : "control", parcel.fault);
  return std::nullopt;
}

void Control::forget_keys() {
  std::erase_if(allowances_, [this](const auto& a) { return !directory_.role(a.first); });
}

void Control::turn(std::size_t index, Sink& sink, Lookout& lookout) {
  for (int i = 0; i < kRequestsATurn; ++i) {
    Parcel parcel;
    if (!take(sockets_[index], parcel)) return;
    lookout.heard(1 + index, parcel.connection);
    const auto role = admit(index, parcel);
    if (!role) continue;
    sink.on_request(Client{index, std::move(parcel.routing_id), std::move(parcel.key)}, *role,
                    parcel.payload.to_string_view());
  }
}

bool Control::reply(const Client& client, const std::string& frame) {
  if (client.socket >= sockets_.size() || client.routing_id.empty()) return false;
  // A stream of events goes on without a question that would be refused.
  if (by_key_[client.socket] && !directory_.role(client.key)) {
    refusals_.count("removed key");
    return false;
  }
  zmq::socket_t& socket = sockets_[client.socket];
  const auto flags = zmq::send_flags::dontwait;
  try {
    if (!socket.send(zmq::buffer(client.routing_id), flags | zmq::send_flags::sndmore)) {
      refusals_.count("queue full");
      return false;
    }
    return socket.send(zmq::buffer(frame), flags).has_value();
  } catch (const zmq::error_t&) {  // EHOSTUNREACH
    refusals_.count("client gone");
    return false;
  }
}

}  // namespace prumo::transport
