#include "src/transport/zap.h"

#include <zmq.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>
#include <zmq_addon.hpp>

namespace prumo::transport {
namespace {

constexpr int kAnswersATurn = 64;

/// A refused client is told so, and stops. A refused member is disconnected without a word and
/// tries again: libzmq would give up for good on a refusal, but our members folder may just be
/// older than its.
constexpr const char* kRefused = "400";
constexpr const char* kTryAgain = "300";

/// A request's parts: version, request id, domain, address, routing id, mechanism, credentials.
enum Part : std::size_t {
  kVersion,
  kRequestId,
  kDomain,
  kAddress,
  kMechanism = 5,
  kCredentials,
  kParts
};

/// The Z85 text of the client's key; empty: the mechanism is not CURVE.
std::string key_of(const std::vector<zmq::message_t>& request) {
  constexpr std::size_t kKeyBytes = 32;
  if (request.size() != kParts || request[kMechanism].to_string_view() != "CURVE" ||
      request[kCredentials].size() != kKeyBytes)
    return {};
  std::array<char, 41> text{};
  zmq_z85_encode(text.data(), request[kCredentials].data<std::uint8_t>(), kKeyBytes);
  return text.data();
}

}  // namespace

Doorkeeper::Doorkeeper(zmq::context_t& context, const Directory& directory, Refusals& refusals,
                       Lookout& lookout)
    : socket_(context, zmq::socket_type::rep),
      directory_(directory),
      refusals_(refusals),
      lookout_(lookout) {
  socket_.set(zmq::sockopt::linger, 0);
  socket_.bind("inproc://zeromq.zap.01");
}

bool Doorkeeper::admits(const std::string& domain, const std::string& key) const {
  if (key.empty()) return false;
  if (domain == kMeshDomain) return directory_.member(key) != nullptr;
  return domain == kControlDomain && directory_.role(key).has_value();
}

void Doorkeeper::turn() {
  for (int i = 0; i < kAnswersATurn; ++i) {
    std::vector<zmq::message_t> request;
    if (!zmq::recv_multipart(socket_, std::back_inserter(request), zmq::recv_flags::dontwait))
      return;
    const std::string id = request.size() > kRequestId ? request[kRequestId].to_string() : "";
    const std::string domain = request.size() > kDomain ? request[kDomain].to_string() : "";
    const std::string key = key_of(request);
    const bool yes = admits(domain, key);
    const std::string address = request.size() > kAddress ? request[kAddress].to_string() : "";
    if (yes)
      lookout_.admitted(address);
    else
      refusals_.refuse(address, "unknown key");

    const std::string status = yes ? "200" : domain == kMeshDomain ? kTryAgain : kRefused;
    const std::string text = yes ? "" : "unknown key";
    const std::string user = yes ? key : "";
    const std::array answer{zmq::buffer("1.0", 3), zmq::buffer(id),   zmq::buffer(status),
                            zmq::buffer(text),     zmq::buffer(user), zmq::const_buffer{}};
    (void)zmq::send_multipart(socket_, answer, zmq::send_flags::dontwait);
  }
}

}  // namespace prumo::transport
