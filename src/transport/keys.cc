#include <zmq.h>

#include <array>

#include "src/transport/transport.h"

namespace prumo::transport {
namespace {

constexpr std::size_t kKeyCharacters = 40;
using KeyText = std::array<char, kKeyCharacters + 1>;  // and the final zero

}  // namespace

KeyPair new_key_pair() {
  KeyText public_key{};
  KeyText secret_key{};
  zmq_curve_keypair(public_key.data(), secret_key.data());
  return {public_key.data(), secret_key.data()};
}

Result<std::string> public_of(const std::string& secret_key) {
  KeyText public_key{};
  if (secret_key.size() != kKeyCharacters ||
      zmq_curve_public(public_key.data(), secret_key.c_str()) != 0)
    return fail("this is no key: a key is 40 characters of Z85, as `prumo keygen` writes it");
  return std::string(public_key.data());
}

}  // namespace prumo::transport
