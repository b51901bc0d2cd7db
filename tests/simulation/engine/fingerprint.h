#pragma once
// The run as one number: two runs of a seed that differ in one event, one byte or one moment differ
// here.

#include <cstdint>
#include <cstring>
#include <string_view>

namespace prumo::simulation {

class Fingerprint {
 public:
  void add(std::uint64_t word) {
    hash_ = (hash_ ^ word) * 0x9E3779B97F4A7C15U;
    hash_ ^= hash_ >> 29U;
  }
  void add(std::string_view bytes) {
    add(bytes.size());
    while (bytes.size() >= sizeof(std::uint64_t)) {
      std::uint64_t word = 0;
      std::memcpy(&word, bytes.data(), sizeof word);
      add(word);
      bytes.remove_prefix(sizeof word);
    }
    for (const char c : bytes) add(static_cast<unsigned char>(c));
  }
  [[nodiscard]] std::uint64_t value() const { return hash_; }

 private:
  std::uint64_t hash_ = 0xCBF29CE484222325U;
};

}  // namespace prumo::simulation
