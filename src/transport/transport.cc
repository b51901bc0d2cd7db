// The reactor's side: one thread, one turn after the other. A turn looks at the doorkeeper first (a
// handshake waits for it), then at the mesh, then at the control sockets, then at the watched
// files.

#include "src/transport/transport.h"

#include <fcntl.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <utility>
#include <zmq.hpp>

#include "src/transport/control.h"
#include "src/transport/directory.h"
#include "src/transport/lookout.h"
#include "src/transport/mesh.h"
#include "src/transport/zap.h"

namespace prumo::transport {
namespace {

class ZmqTransport final : public Transport {
 public:
  explicit ZmqTransport(const Options& options) {
    context_.set(zmq::ctxopt::max_sockets, kSocketsMost);
    directory_.set_members(options.members);
    directory_.set_clients(options.clients);
    lookout_.emplace(context_, refusals_);
    if (!options.insecure) doorkeeper_.emplace(context_, directory_, refusals_, *lookout_);
    mesh_.emplace(context_, options, directory_, refusals_);
    lookout_->watch(mesh_->inbox(), !options.insecure);
    control_.emplace(context_, options, directory_, refusals_);
  }

  Result<void> start(const Options& options) {
    if (auto bound = mesh_->bind(options.bind); !bound) return bound;
    for (const std::string& endpoint : options.control)
      if (auto bound = control_->bind(endpoint, *lookout_); !bound) return bound;
    mesh_->set_members(options.members);
    return {};
  }

  bool send(const HostId& to, std::string frame) override {
    return guarded([&] { return mesh_->send(to, frame); });
  }
  bool reply(const Client& client, std::string frame) override {
    return guarded([&] { return control_->reply(client, frame); });
  }
  void watch(int fd) override { watched_.push_back(fd); }
  void poll(Duration timeout, Sink& sink) override;
  void set_members(const Members& members) override {
    directory_.set_members(members);
    guarded([&] { return mesh_->set_members(members), true; });
    control_->forget_keys();
  }
  void set_clients(const std::map<std::string, Role>& clients) override {
    directory_.set_clients(clients);
    control_->forget_keys();
  }
  void reconnect(const HostId& id) override {
    guarded([&] { return mesh_->reconnect(id), true; });
  }
  [[nodiscard]] const Counters& counters() const override { return refusals_.counters(); }

 private:
  /// Room for two sockets a member in any cluster that we mean to serve.
  static constexpr int kSocketsMost = 8192;

  template <class Action>
  bool guarded(const Action& action) {
    try {
      return action();
    } catch (const zmq::error_t&) {
      refusals_.count("socket error");
      return false;
    }
  }
  /// False: nothing came, or waiting was interrupted by a signal.
  bool wait(Duration timeout);
  void read_watched(Sink& sink, std::size_t first);

  Refusals refusals_;
  Directory directory_;
  zmq::context_t context_;
  std::optional<Lookout> lookout_;
  std::optional<Doorkeeper> doorkeeper_;
  std::optional<Mesh> mesh_;
  std::optional<Control> control_;
  std::vector<int> watched_;
  std::vector<zmq::pollitem_t> items_;  ///< mesh, control…, lookout…, doorkeeper, watched…
};

bool ZmqTransport::wait(Duration timeout) {
  items_.clear();
  items_.push_back({mesh_->inbox().handle(), 0, ZMQ_POLLIN, 0});
  for (zmq::socket_t& socket : control_->sockets())
    items_.push_back({socket.handle(), 0, ZMQ_POLLIN, 0});
  for (std::size_t i = 0; i < lookout_->size(); ++i)
    items_.push_back({lookout_->events(i).handle(), 0, ZMQ_POLLIN, 0});
  if (doorkeeper_) items_.push_back({doorkeeper_->socket().handle(), 0, ZMQ_POLLIN, 0});
  for (const int fd : watched_) items_.push_back({nullptr, fd, ZMQ_POLLIN, 0});
  // Rounded up: waking before the deadline would only make the caller come back at once. Bounded,
  // as libzmq takes a negative number for "for ever".
  const auto milliseconds =
      std::clamp(std::chrono::ceil<std::chrono::milliseconds>(timeout),
                 std::chrono::milliseconds{0}, std::chrono::milliseconds{60'000});
  return guarded([&] { return zmq::poll(items_, milliseconds) > 0; });
}

void ZmqTransport::poll(Duration timeout, Sink& sink) {
  if (!wait(timeout)) return;
  // What a sink does (set_members, watch) must not change what this turn looks at.
  const std::vector<zmq::pollitem_t> items = items_;
  const auto ready = [&items](std::size_t i) { return items[i].revents != 0; };
  const std::size_t controls = control_->sockets().size();
  const std::size_t lookouts = 1 + controls;
  std::size_t next = lookouts + lookout_->size();

  if (doorkeeper_ && ready(next++)) guarded([&] { return doorkeeper_->turn(), true; });
  for (std::size_t i = 0; i < lookout_->size(); ++i)
    if (ready(lookouts + i)) guarded([&] { return lookout_->turn(i), true; });
  if (ready(0)) guarded([&] { return mesh_->turn(sink, *lookout_), true; });
  for (std::size_t i = 0; i < controls; ++i)
    if (ready(1 + i)) guarded([&] { return control_->turn(i, sink, *lookout_), true; });
  for (; next < items.size(); ++next)
    if (ready(next)) sink.on_readable(items[next].fd);
  refusals_.tell(sink);
}

}  // namespace

Result<std::unique_ptr<Transport>> open(const Options& options) {
  if (!options.insecure) {
    const auto public_key = public_of(options.keys.secret_key);
    if (!public_key)
      return fail("the secret key of " + options.self.value + ": " + public_key.error().message);
    if (*public_key != options.keys.public_key)
      return fail("the keys of " + options.self.value +
                  " don't belong together; run `prumo keygen` again");
  }
  try {
    auto transport = std::make_unique<ZmqTransport>(options);
    if (auto started = transport->start(options); !started) return tl::unexpected(started.error());
    return transport;
  } catch (const std::exception& error) {
    return fail(std::string("ZeroMQ: ") + error.what());
  }
}

}  // namespace prumo::transport
