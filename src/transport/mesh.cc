#include "src/transport/mesh.h"

#include <utility>

#include "src/transport/socket.h"
#include "src/transport/zap.h"

namespace prumo::transport {
namespace {

constexpr int kFramesATurn = 256;
constexpr int kPartingMs = 200;
/// A younger connection may still be in its handshake, which another one would only begin again.
constexpr std::chrono::seconds kHandshakeMost{1};

}  // namespace

Mesh::Mesh(zmq::context_t& context, const Options& options, const Directory& directory,
           Counters& counters)
    : context_(context),
      self_(options.self),
      keys_(options.keys),
      insecure_(options.insecure),
      directory_(directory),
      counters_(counters),
      inbox_(new_router(context, kMeshFrameMost)) {
  if (!insecure_) secure_server(inbox_, keys_.secret_key, kMeshDomain);
}

Mesh::~Mesh() {
  for (auto& [id, dealer] : dealers_) dealer.socket.set(zmq::sockopt::linger, kPartingMs);
}

Result<void> Mesh::bind(const std::string& endpoint) {
  return transport::bind(inbox_, endpoint, "transport.listen");
}

void Mesh::turn(Sink& sink) {
  for (int i = 0; i < kFramesATurn; ++i) {
    Parcel parcel;
    const Took took = take(inbox_, parcel, counters_);
    if (took == Took::kNothing) return;
    if (took == Took::kDropped) continue;
    if (insecure_) {
      sink.on_frame(HostId(), parcel.payload.to_string_view());
      continue;
    }
    const HostId* member = directory_.member(parcel.key);
    if (member == nullptr) {
      ++counters_["removed key"];
      continue;
    }
    const HostId from = *member;  // the sink may change the members
    heard_from(from);
    sink.on_frame(from, parcel.payload.to_string_view());
  }
}

void Mesh::heard_from(const HostId& from) {
  const auto it = dealers_.find(from);
  if (it == dealers_.end() || !it->second.refused) return;
  if (std::chrono::steady_clock::now() - it->second.made > kHandshakeMost) reconnect(from);
}

bool Mesh::send(const HostId& to, const std::string& frame) {
  const auto it = dealers_.find(to);
  if (it == dealers_.end()) {
    ++counters_["no such member"];
    return false;
  }
  if (frame.size() > kMeshFrameMost) {
    ++counters_["too large"];
    return false;
  }
  Dealer& dealer = it->second;
  const bool sent = dealer.socket.send(zmq::buffer(frame), zmq::send_flags::dontwait).has_value();
  dealer.refused = !sent;
  if (!sent) ++counters_["not connected or queue full"];
  return sent;
}

void Mesh::set_members(const Members& members) {
  for (auto it = dealers_.begin(); it != dealers_.end();) {
    const Member* now = members.find(it->first);
    const bool same = now != nullptr && now->endpoint == it->second.member.endpoint &&
                      now->public_key == it->second.member.public_key;
    it = same ? std::next(it) : dealers_.erase(it);
  }
  for (const Member& member : members.list())
    if (member.id != self_ && !dealers_.contains(member.id)) connect(member);
}

void Mesh::reconnect(const HostId& id) {
  const auto it = dealers_.find(id);
  if (it == dealers_.end()) return;
  const Member member = it->second.member;
  dealers_.erase(it);
  connect(member);
  ++counters_["reconnected"];
}

void Mesh::connect(const Member& member) {
  try {
    zmq::socket_t socket = new_dealer(context_);
    if (member.endpoint.find('[') != std::string::npos) socket.set(zmq::sockopt::ipv6, 1);
    if (!insecure_) secure_client(socket, keys_, member.public_key);
    socket.connect(member.endpoint);
    dealers_.insert_or_assign(member.id,
                              Dealer{member, std::move(socket), std::chrono::steady_clock::now()});
  } catch (const zmq::error_t&) {
    ++counters_["member without a usable endpoint or key"];
  }
}

}  // namespace prumo::transport
