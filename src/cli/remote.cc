#include "src/cli/remote.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <optional>

#include "config/config.h"
#include "config/document.h"
#include "config/duration.h"
#include "config/endpoint.h"
#include "config/folders.h"
#include "config/ids.h"
#include "src/cli/reading.h"
#include "src/transport/transport.h"
#include "src/wire/cluster_id.h"
#include "src/wire/codec.h"

namespace prumo::cli {
namespace {

using nlohmann::json;

/// An event stream says that it is alive every 5 s.
constexpr Duration kStreamSilence = 15s;

Failure nothing_listens(const std::string& peer) {
  return {kSilent, "nothing listens on " + peer +
                       "; start prumod, or name a peer with --peer tcp://HOST:7401"};
}

/// ZeroMQ waits for a socket that is not there yet; a person wants to hear of it at once.
std::optional<Failure> knock(const std::string& peer, const std::string& path) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return std::nullopt;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::copy_n(path.data(), std::min(path.size(), sizeof address.sun_path - 1), address.sun_path);
  const int done = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  const int why = errno;
  ::close(fd);
  // A daemon that is stopped lets its queue run full; then its silence is told in time.
  if (done == 0 || why == EAGAIN) return std::nullopt;
  if (why == EACCES || why == EPERM)
    return Failure{kFailed, "you may not open " + peer +
                                "; run this as root, or use --peer tcp://HOST:7401 "
                                "with a key of your own"};
  return nothing_listens(peer);
}

class RemoteAsker final : public Asker {
 public:
  RemoteAsker(std::unique_ptr<transport::ControlClient> client, wire::ClusterId cluster,
              std::string peer, Duration timeout)
      : client_(std::move(client)), cluster_(cluster), peer_(std::move(peer)), timeout_(timeout) {}

  Tried<json> ask(const std::string& command, const std::vector<std::string>& arguments) override {
    if (const auto sent = send(command, arguments); !sent) return tl::unexpected(sent.error());
    const auto reply = receive(timeout_);
    if (!reply) return tl::unexpected(reply.error());
    return payload(*reply);
  }

  Tried<void> stream(const std::string& command,
                     const std::function<bool(const json&)>& on_event) override {
    if (const auto sent = send(command, {}); !sent) return sent;
    for (Duration patience = std::max(timeout_, kStreamSilence);;) {
      const auto reply = receive(patience);
      if (!reply) return tl::unexpected(reply.error());
      const auto event = payload(*reply);
      if (!event) return tl::unexpected(event.error());
      if (!on_event(*event)) return {};
    }
  }

 private:
  Tried<void> send(const std::string& command, const std::vector<std::string>& arguments) {
    const auto sent = client_->send(wire::encode(cluster_, wire::Ask{++id_, command, arguments}));
    if (!sent) return failure(kSilent, peer_ + ": " + sent.error().message);
    return {};
  }

  /// The next frame that answers the question asked; others are of an earlier question.
  Tried<wire::Reply> receive(Duration patience) {
    using Clock = std::chrono::steady_clock;
    const auto end = Clock::now() + patience;
    for (;;) {
      const auto left = std::chrono::duration_cast<Duration>(end - Clock::now());
      const auto frame = left > Duration{0} ? client_->receive(left) : fail("timed out");
      if (!frame)
        return failure(kSilent,
                       "no answer from " + peer_ + " within " + config::to_text(patience) +
                           "; is prumod of this cluster running there, and is your key known "
                           "to it?");
      const auto reply = wire::decode_reply(cluster_, *frame);
      if (!reply)
        return failure(kFailed, peer_ + " answers what this prumo can't read (" +
                                    wire::name_of(reply.error()) +
                                    "); use the prumo of its version");
      if (reply->id == id_) return *reply;
    }
  }

  Tried<json> payload(const wire::Reply& reply) const {
    json data = json::parse(reply.json, nullptr, false);
    if (data.is_discarded())
      return failure(kFailed, peer_ + " answers with no JSON; look at its log");
    switch (reply.code) {
      case wire::Code::kDone:
      case wire::Code::kEvent:
        return data;
      case wire::Code::kUsage:
        return failure(kUsage, text_of(data, "error", "wrong usage"));
      case wire::Code::kFailed:
      case wire::Code::kForbidden:
        break;
    }
    return failure(kFailed,
                   text_of(data, "error", "refused without a reason; look at the daemon's log"));
  }

  std::unique_ptr<transport::ControlClient> client_;
  wire::ClusterId cluster_;
  std::string peer_;
  Duration timeout_;
  std::uint64_t id_ = 0;
};

struct Known {
  wire::ClusterId cluster{};
  bool insecure = false;
  std::vector<std::string> members_folders;  ///< where the peer's key may be found
};

/// What the configuration says, as far as it can be used: the one that `prumo init` writes has no
/// id yet.
Tried<Known> known_of(const Options& options) {
  Known known;
  std::string cluster = options.cluster;
  const auto document = config::read_document(options.config);
  if (!document && cluster.empty())
    return failure(kUsage, document.error().message + "; or name the cluster with --cluster");
  if (document) {
    if (const auto config = config::load(options.config)) {
      known.insecure = config->transport.insecure;
      known.members_folders.push_back(config->members_folder);
    }
    known.members_folders.push_back(
        (std::filesystem::path(options.config).parent_path() / "members").string());
    const config::Entry* entry = document->find("cluster");
    const auto* text = entry != nullptr ? std::get_if<std::string>(&entry->value) : nullptr;
    if (cluster.empty() && text != nullptr) cluster = *text;
  }
  const auto id = wire::parse_cluster_id(cluster);
  if (!id)
    return failure(kUsage,
                   (options.cluster.empty() ? options.config + ": cluster: " : "--cluster: ") +
                       id.error().message + "; take the one that `prumo init` drew");
  known.cluster = *id;
  return known;
}

/// The key of the member whose address is the peer's.
std::string known_server_key(const Known& known, const std::string& address) {
  for (const std::string& folder : known.members_folders) {
    const auto members = config::load_members(folder);
    if (!members) continue;
    std::vector<std::string> keys;
    for (const Member& m : members->list()) {
      const auto endpoint = config::parse_endpoint(m.endpoint);
      if (endpoint && endpoint->address == address) keys.push_back(m.public_key);
    }
    if (keys.size() == 1) return keys.front();  // several daemons on one machine: not known
  }
  return {};
}

Tried<transport::ClientOptions> client_options(const Options& options, const Known& known,
                                               const config::Endpoint& endpoint) {
  transport::ClientOptions out;
  out.endpoint = options.peer;
  const bool plain = endpoint.ipc || options.insecure || known.insecure;
  if (plain) return out;
  if (options.key.empty())
    return failure(kUsage, options.peer +
                               " wants a key; make one with `prumo keygen operator NAME` and "
                               "give it with --key FILE");
  const auto secret = config::read_secret(options.key);
  if (!secret) return failure(kUsage, secret.error().message);
  const auto open = transport::public_of(*secret);
  if (!open) return failure(kUsage, options.key + ": " + open.error().message);
  out.keys = {*open, *secret};
  out.server_key =
      options.server_key.empty() ? known_server_key(known, endpoint.address) : options.server_key;
  if (!config::is_key(out.server_key))
    return failure(
        kUsage,
        "the public key of " + options.peer +
            " is not known; give it with --server-key, it stands in the host's member file");
  return out;
}

}  // namespace

Tried<std::unique_ptr<Asker>> connect(const Options& options) {
  const auto timeout = config::parse_duration(options.timeout);
  if (!timeout || *timeout <= Duration{0})
    return failure(
        kUsage, "--timeout \"" + options.timeout + "\" is no time; write it as 500ms, 3s or 1min");
  const auto endpoint = config::parse_endpoint(options.peer);
  if (!endpoint || endpoint->wildcard())
    return failure(kUsage, "--peer \"" + options.peer +
                               "\" is no endpoint; write it as tcp://HOST:7401 or ipc:///PATH");
  if (endpoint->ipc)
    if (const auto nobody = knock(options.peer, endpoint->address)) return tl::unexpected(*nobody);
  const auto known = known_of(options);
  if (!known) return tl::unexpected(known.error());
  const auto wanted = client_options(options, *known, *endpoint);
  if (!wanted) return tl::unexpected(wanted.error());
  auto client = transport::connect(*wanted);
  if (!client) return failure(kSilent, options.peer + ": " + client.error().message);
  return std::make_unique<RemoteAsker>(std::move(*client), known->cluster, options.peer, *timeout);
}

}  // namespace prumo::cli
