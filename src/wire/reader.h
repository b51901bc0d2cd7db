#pragma once
// The counterpart of Writer: fills a value from unpacked msgpack, or says why it can't. Everything
// is checked here: types, ranges, known enum values, clean text, and the number of fields. That
// number is fixed, except between minors: a higher minor may append fields, which are skipped; to a
// lower one's, ours keep their default.

#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <msgpack.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "src/wire/bounds.h"
#include "src/wire/fields.h"

namespace prumo::wire {

class Reader {
 public:
  using Object = msgpack::object;

  /// `minor`: of the frame.
  explicit Reader(std::uint8_t minor, std::uint8_t ours = kMinor)
      : may_be_longer_(minor > ours), may_be_shorter_(minor < ours) {}

  /// Why the last call returned false.
  [[nodiscard]] Fault fault() const { return fault_; }

  /// The elements of an array of `count` values.
  [[nodiscard]] bool array(const Object& object, std::size_t count) {
    if (object.type != msgpack::type::ARRAY) return refuse(Fault::kMalformed);
    const std::size_t size = object.via.array.size;
    if (size < count && !may_be_shorter_) return refuse(Fault::kMalformed);
    if (size > count && !may_be_longer_) return refuse(Fault::kMalformed);
    return true;
  }

  template <class T>
  [[nodiscard]] bool read(const Object& object, T& value) {
    if constexpr (std::is_same_v<T, bool>) {
      if (object.type != msgpack::type::BOOLEAN) return refuse(Fault::kMalformed);
      value = object.via.boolean;
      return true;
    } else if constexpr (std::is_enum_v<T>) {
      std::underlying_type_t<T> number{};
      if (!read(object, number)) return false;
      if (number > static_cast<std::underlying_type_t<T>>(kLast<T>)) return refuse(Fault::kRange);
      value = static_cast<T>(number);
      return true;
    } else if constexpr (std::is_same_v<T, double>) {
      return quantity(object, value);
    } else if constexpr (std::is_integral_v<T>) {
      return integer(object, value, std::numeric_limits<T>::min(), std::numeric_limits<T>::max());
    } else {
      return get(object, value);
    }
  }

  [[nodiscard]] bool read_text(const Object& object, std::string& text, TextBound bound) {
    if (object.type != msgpack::type::STR) return refuse(Fault::kMalformed);
    const std::string_view found(object.via.str.ptr, object.via.str.size);
    if (found.size() > bound.most || !is_clean(found, bound.lines)) return refuse(Fault::kRange);
    text = found;
    return true;
  }

 private:
  bool refuse(Fault fault) {
    fault_ = fault;
    return false;
  }

  template <class T>
  bool integer(const Object& object, T& value, T least, T most) {
    if (object.type == msgpack::type::POSITIVE_INTEGER) {
      if (!std::in_range<T>(object.via.u64)) return refuse(Fault::kRange);
      value = static_cast<T>(object.via.u64);
    } else if (object.type == msgpack::type::NEGATIVE_INTEGER) {
      if (!std::in_range<T>(object.via.i64)) return refuse(Fault::kRange);
      value = static_cast<T>(object.via.i64);
    } else {
      return refuse(Fault::kMalformed);
    }
    return (value >= least && value <= most) || refuse(Fault::kRange);
  }

  /// msgpack writes a double that is whole as an integer.
  bool quantity(const Object& object, double& value) {
    switch (object.type) {
      case msgpack::type::POSITIVE_INTEGER:
        value = static_cast<double>(object.via.u64);
        break;
      case msgpack::type::NEGATIVE_INTEGER:
        value = static_cast<double>(object.via.i64);
        break;
      case msgpack::type::FLOAT32:
      case msgpack::type::FLOAT64:
        value = object.via.f64;
        break;
      default:
        return refuse(Fault::kMalformed);
    }
    if (!std::isfinite(value) || value < 0 || value > kQuantityMost) return refuse(Fault::kRange);
    return true;
  }

  template <class Tag>
  bool get(const Object& object, Name<Tag>& id) {
    return read_text(object, id.value, {});
  }
  /// Any 64 bits.
  bool get(const Object& object, RunId& run) { return read(object, run.value); }
  template <class Tag>
  bool get(const Object& object, Number<Tag>& number) {
    return integer(object, number.value, std::uint64_t{0}, kCounterMost);
  }
  bool get(const Object& object, Micro& micro) {
    return integer(object, micro.value, -kMicroMost, kMicroMost);
  }
  bool get(const Object& object, Duration& length) {
    Duration::rep count{};
    if (!integer(object, count, Duration::rep{0}, kDurationMost.count())) return false;
    length = Duration{count};
    return true;
  }
  bool get(const Object& object, std::string& text) { return read_text(object, text, {}); }

  template <class T>
  bool get(const Object& object, std::optional<T>& value) {
    if (object.is_nil()) {
      value.reset();
      return true;
    }
    return read(object, value.emplace());
  }

  template <class T>
  bool get(const Object& object, std::vector<T>& list) {
    if (object.type != msgpack::type::ARRAY) return refuse(Fault::kMalformed);
    const auto& array = object.via.array;
    if (array.size > kListMost) return refuse(Fault::kRange);
    list.clear();
    for (std::uint32_t i = 0; i < array.size; ++i)
      if (!read(array.ptr[i], list.emplace_back())) return false;
    return true;
  }

  /// Keys must ascend, so that there is one encoding of a map and no key twice.
  template <class K, class V>
  bool get(const Object& object, std::map<K, V>& map) {
    if (object.type != msgpack::type::ARRAY) return refuse(Fault::kMalformed);
    const auto& list = object.via.array;
    if (list.size > kListMost) return refuse(Fault::kRange);
    map.clear();
    for (std::uint32_t i = 0; i < list.size; ++i) {
      const Object& pair = list.ptr[i];
      if (pair.type != msgpack::type::ARRAY || pair.via.array.size != 2)
        return refuse(Fault::kMalformed);
      K key{};
      V value{};
      if (!read(pair.via.array.ptr[0], key) || !read(pair.via.array.ptr[1], value)) return false;
      if (!map.empty() && !(map.rbegin()->first < key)) return refuse(Fault::kMalformed);
      map.emplace_hint(map.end(), std::move(key), std::move(value));
    }
    return true;
  }

  template <class T>
  requires std::is_aggregate_v<T>
  bool get(const Object& object, T& whole) {
    if (!array(object, kFieldCount<T>)) return false;
    const auto& elements = object.via.array;
    std::uint32_t next = 0;
    const auto one = [&](auto& field) {
      if (next == elements.size)
        return true;  // appended after the sender's minor: keeps its default
      const Object& element = elements.ptr[next++];
      if constexpr (std::is_same_v<std::remove_cvref_t<decltype(field)>, std::string>) {
        return read_text(element, field, bound_of(whole, field));
      } else {
        return read(element, field);
      }
    };
    return std::apply([&](auto&... field) { return (one(field) && ...); }, fields_of(whole));
  }

  bool may_be_longer_;
  bool may_be_shorter_;
  Fault fault_ = Fault::kMalformed;
};

}  // namespace prumo::wire
