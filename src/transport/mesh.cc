#include "src/transport/mesh.h"

#include <utility>

#include "src/transport/socket.h"
#include "src/transport/zap.h"

namespace prumo::transport {
namespace {

constexpr int kFramesATurn = 256;
constexpr std::size_t kInbox = 0;  ///< the first that the lookout watches
/// libzmq closes the connection on what is longer, and tells nobody why; up to here we know whose
/// it is.
constexpr std::size_t kReceivedMost = 2 * kMeshFrameMost;
/// 500 small frames a second, or 15 MiB; 2,000 at once. A member sends some 20 a second, a few
/// hundred while many people ask through it; more wait for a process that was paused.
constexpr Allowance::Price kMemberPrice{std::chrono::milliseconds{2}, std::chrono::nanoseconds{60},
                                        std::chrono::seconds{4}};
/// A younger connection may still be in its handshake, which another one would only begin again.
constexpr std::chrono::seconds kHandshakeMost{1};

}  // namespace

Mesh::Mesh(zmq::context_t& context, const Options& options, const Directory& directory,
           Refusals& refusals)
    : context_(context),
      self_(options.self),
      keys_(options.keys),
      insecure_(options.insecure),
      directory_(directory),
      refusals_(refusals),
      inbox_(new_router(context, kReceivedMost)) {
  if (!insecure_) secure_server(inbox_, keys_.secret_key, kMeshDomain);
}

Mesh::~Mesh() {
  for (auto& [id, dealer] : dealers_) dealer.socket.set(zmq::sockopt::linger, kPartingMs);
}

Result<void> Mesh::bind(const std::string& endpoint) {
  return transport::bind(inbox_, endpoint, "transport.listen");
}

void Mesh::turn(Sink& sink, Lookout& lookout) {
  for (int i = 0; i < kFramesATurn; ++i) {
    Parcel parcel;
    if (!take(inbox_, parcel)) return;
    lookout.heard(kInbox, parcel.connection);
    const HostId* const found = sender(parcel);
    if (found == nullptr) continue;
    const HostId from = *found;  // the sink may change the members
    heard_from(from);
    sink.on_frame(from, parcel.payload.to_string_view());
  }
}

const HostId* Mesh::sender(Parcel& parcel) {
  static const HostId kAnyone;  // without keys the frame's own word must do
  const HostId* const from = insecure_ ? &kAnyone : directory_.member(parcel.key);
  if (from == nullptr) {
    refusals_.refuse(address_of(parcel.payload), "removed key");
    return nullptr;
  }
  if (parcel.payload.size() > kMeshFrameMost) parcel.fault = "too large";
  if (parcel.fault.empty() && !insecure_ &&
      !allowances_[*from].take(kMemberPrice, parcel.payload.size(), Allowance::Clock::now()))
    parcel.fault = "more frames than it may";
  if (parcel.fault.empty()) return from;
  refusals_.refuse(insecure_ ? "mesh" : from->value, parcel.fault);
  return nullptr;
}

void Mesh::heard_from(const HostId& from) {
  const auto it = dealers_.find(from);
  if (it == dealers_.end() || !it->second.refused) return;
  if (std::chrono::steady_clock::now() - it->second.made > kHandshakeMost) reconnect(from);
}

bool Mesh::send(const HostId& to, const std::string& frame) {
  const auto it = dealers_.find(to);
  if (it == dealers_.end()) {
    refusals_.count("no such member");
    return false;
  }
  if (frame.size() > kMeshFrameMost) {
    refusals_.count("too large");
    return false;
  }
  Dealer& dealer = it->second;
  const bool sent = dealer.socket.send(zmq::buffer(frame), zmq::send_flags::dontwait).has_value();
  dealer.refused = !sent;
  if (!sent) refusals_.count("not connected or queue full");
  return sent;
}

void Mesh::set_members(const Members& members) {
  for (auto it = dealers_.begin(); it != dealers_.end();) {
    const Member* now = members.find(it->first);
    const bool same = now != nullptr && now->endpoint == it->second.member.endpoint &&
                      now->public_key == it->second.member.public_key;
    it = same ? std::next(it) : dealers_.erase(it);
  }
  std::erase_if(allowances_, [&](const auto& a) { return members.find(a.first) == nullptr; });
  for (const Member& member : members.list())
    if (member.id != self_ && !dealers_.contains(member.id)) connect(member);
}

void Mesh::reconnect(const HostId& id) {
  const auto it = dealers_.find(id);
  if (it == dealers_.end()) return;
  const Member member = it->second.member;
  dealers_.erase(it);
  connect(member);
  refusals_.count("reconnected");
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
    refusals_.count("member without a usable endpoint or key");
  }
}

}  // namespace prumo::transport
