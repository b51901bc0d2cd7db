#pragma once
// Durable states with every field at random.

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "src/core/random.h"
#include "src/store/fields.h"

namespace prumo::store {

/// Fills whatever `each_field` lists with random values, often with the extremes of its type.
class Filler {
 public:
  explicit Filler(std::uint64_t seed) : random_(seed) {}

  void fill(bool& v) { v = random_.chance(0.5); }
  void fill(std::uint32_t& v) { v = static_cast<std::uint32_t>(bits()); }
  void fill(std::uint64_t& v) { v = bits(); }
  void fill(double& v) { v = random_.chance(0.2) ? 0 : random_.unit() * 1e6; }
  void fill(std::int32_t& v) { v = static_cast<std::int32_t>(bits()); }
  void fill(std::string& v) {
    static const std::vector<std::string> texts{
        "",        "web3", "a \"quoted\" \\ name\n\t", std::string("zero\0inside", 11),
        "Grüße ✓", "[{}]", std::string(5000, 'x')};
    v = texts[random_.below(texts.size())] + std::to_string(random_.below(1000));
  }
  template <class Tag>
  void fill(Name<Tag>& v) {
    fill(v.value);
  }
  template <class Tag>
  void fill(Number<Tag>& v) {
    v.value = bits();
  }
  void fill(Duration& v) { v = Duration(static_cast<std::int64_t>(bits())); }
  void fill(Instant& v) { random_.chance(0.2) ? v = Instant::never() : (fill(v.since_boot), v); }
  void fill(Micro& v) { v.value = static_cast<std::int64_t>(bits()); }
  template <class T>
  requires std::is_enum_v<T>
  void fill(T& v) { v = static_cast<T>(random_.below(static_cast<std::uint64_t>(kLast<T>) + 1)); }
  template <class T>
  void fill(std::optional<T>& v) {
    v.reset();
    if (random_.chance(0.7)) fill(v.emplace());
  }
  template <class T>
  void fill(std::vector<T>& v) {
    v.resize(random_.below(4));
    for (T& element : v) fill(element);
  }
  template <class K, class V>
  void fill(std::map<K, V>& v) {
    v.clear();
    for (std::uint64_t i = random_.below(4); i > 0; --i) {
      K key;
      fill(key);
      fill(v[key]);
    }
  }
  template <class T>
  requires requires(T& v) {
    each_field(v, [](const char*, auto&) {});
  }
  void fill(T& v) {
    each_field(v, [this](const char*, auto& field) { fill(field); });
  }

 private:
  std::uint64_t bits() {
    if (random_.chance(0.1)) return 0;
    if (random_.chance(0.1)) return std::numeric_limits<std::uint64_t>::max();
    return random_.next() >> random_.below(64);
  }
  Random random_;
};

inline DurableState random_state(std::uint64_t seed) {
  DurableState state;
  Filler(seed).fill(state);
  return state;
}

}  // namespace prumo::store
