// The client's side. A monitor tells why nothing comes: nobody listens, or the key is refused; a
// person who typed a command should not have to guess.

#include <cstdint>
#include <cstring>
#include <utility>
#include <zmq.hpp>

#include "src/transport/ipc.h"
#include "src/transport/socket.h"
#include "src/transport/transport.h"

namespace prumo::transport {
namespace {

constexpr const char* kMonitor = "inproc://client-monitor";
constexpr int kClientEvents = ZMQ_EVENT_CONNECT_RETRIED | ZMQ_EVENT_DISCONNECTED |
                              ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
                              ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH;

std::string nobody(const std::string& endpoint) {
  return "nothing listens on " + endpoint +
         "; start prumod, or name a peer with --peer tcp://HOST:7401";
}

class ZmqClient final : public ControlClient {
 public:
  explicit ZmqClient(const ClientOptions& options)
      : endpoint_(options.endpoint),
        socket_(context_, zmq::socket_type::dealer),
        monitor_(context_, zmq::socket_type::pair) {
    socket_.set(zmq::sockopt::linger, 0);
    socket_.set(zmq::sockopt::maxmsgsize, static_cast<std::int64_t>(kReplyMost + kCurveOverhead));
    socket_.set(zmq::sockopt::handshake_ivl, 5000);
    socket_.set(zmq::sockopt::heartbeat_ivl, 2000);
    socket_.set(zmq::sockopt::heartbeat_timeout, 6000);
    if (endpoint_.find('[') != std::string::npos) socket_.set(zmq::sockopt::ipv6, 1);
    if (!options.server_key.empty()) secure_client(socket_, options.keys, options.server_key);
    if (zmq_socket_monitor(socket_.handle(), kMonitor, kClientEvents) != 0) throw zmq::error_t();
    monitor_.set(zmq::sockopt::linger, 0);
    monitor_.connect(kMonitor);
    socket_.connect(endpoint_);
  }

  Result<void> send(std::string frame) override {
    try {
      if (socket_.send(zmq::buffer(frame), zmq::send_flags::dontwait)) return {};
      return fail(endpoint_ + " does not take more questions");
    } catch (const zmq::error_t& error) {
      return fail(endpoint_ + ": " + error.what());
    }
  }

  Result<std::string> receive(Duration timeout) override {
    try {
      return wait(std::chrono::ceil<std::chrono::milliseconds>(std::max(timeout, Duration{0})));
    } catch (const zmq::error_t& error) {
      return fail(endpoint_ + ": " + error.what());
    }
  }

 private:
  Result<std::string> wait(std::chrono::milliseconds timeout) {
    std::vector<zmq::pollitem_t> items{{socket_.handle(), 0, ZMQ_POLLIN, 0},
                                       {monitor_.handle(), 0, ZMQ_POLLIN, 0}};
    zmq::poll(items, timeout);
    zmq::message_t message;
    if (socket_.recv(message, zmq::recv_flags::dontwait)) {
      std::string frame = message.to_string();
      if (!message.more()) return frame;
      while (message.more() && socket_.recv(message, zmq::recv_flags::dontwait)) continue;
      return fail(endpoint_ + " answered in a way that is not prumo's");
    }
    if (monitor_.recv(message, zmq::recv_flags::dontwait)) return fail(trouble(message));
    return fail("timed out");
  }

  /// The first part of an event is its number (16 bits) and a value; the second, an address, is
  /// dropped.
  std::string trouble(const zmq::message_t& event) {
    std::uint16_t number = 0;
    if (event.size() >= sizeof number) std::memcpy(&number, event.data(), sizeof number);
    zmq::message_t address;
    (void)monitor_.recv(address, zmq::recv_flags::dontwait);
    switch (number) {
      case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH:
        return endpoint_ + " does not know this key; add it to the clients of that host";
      case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL:
      case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL:
        return endpoint_ +
               " broke off: it has another key than known here, or one side is insecure";
      case ZMQ_EVENT_DISCONNECTED:
        return endpoint_ + " closed the connection";
      default:
        return "nothing listens on " + endpoint_ + "; is prumod running?";
    }
  }

  std::string endpoint_;
  zmq::context_t context_;
  zmq::socket_t socket_;
  zmq::socket_t monitor_;
};

Result<void> check_ipc(const std::string& endpoint) {
  const auto path = ipc_path(endpoint);
  if (!path) return {};
  switch (state_of(*path)) {
    case IpcState::kListening:
      return {};
    case IpcState::kForbidden:
      return fail("no permission for " + *path + "; become root or join the group that owns it");
    case IpcState::kMissing:
    case IpcState::kStale:
    case IpcState::kOther:
      break;
  }
  return fail(nobody(endpoint));
}

}  // namespace

Result<std::unique_ptr<ControlClient>> connect(const ClientOptions& options) {
  if (auto checked = check_ipc(options.endpoint); !checked) return tl::unexpected(checked.error());
  try {
    return std::make_unique<ZmqClient>(options);
  } catch (const zmq::error_t& error) {
    if (error.num() == EINVAL)
      return fail(options.endpoint +
                  ": no endpoint like tcp://ADDRESS:PORT, or a key that is none");
    return fail(options.endpoint + ": " + error.what());
  }
}

}  // namespace prumo::transport
