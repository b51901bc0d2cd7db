#pragma once
// Packs a value: an aggregate becomes the msgpack array of its fields, in order; ids, counters,
// enums and durations become their plain text or number; an absent optional becomes nil; a map
// becomes an array of [key, value] in ascending order. Text is cut to its bound and cleaned, so
// that what we send is accepted.

#include <algorithm>
#include <cstdint>
#include <map>
#include <msgpack.hpp>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "src/wire/bounds.h"
#include "src/wire/fields.h"

namespace prumo::wire {

class Writer {
 public:
  /// Appends to `out`, which must outlive the writer.
  explicit Writer(std::string& out) : sink_{out}, packer_(sink_) {}

  /// What follows must be `size` values.
  void begin_array(std::size_t size) { packer_.pack_array(static_cast<std::uint32_t>(size)); }

  template <class T>
  void write(const T& value) {
    if constexpr (std::is_same_v<T, bool>) {
      value ? packer_.pack_true() : packer_.pack_false();
    } else if constexpr (std::is_enum_v<T>) {
      static_assert(kLast<T> >= T{});
      packer_.pack(static_cast<std::underlying_type_t<T>>(value));
    } else if constexpr (std::is_arithmetic_v<T>) {
      packer_.pack(value);
    } else {
      put(value);
    }
  }

  void write_text(const std::string& text, TextBound bound) {
    if (text.size() <= bound.most && is_clean(text, bound.lines)) {
      raw(text);
    } else {
      raw(cleaned(text, bound.most, bound.lines));
    }
  }

 private:
  struct Sink {
    std::string& out;
    void write(const char* data, std::size_t size) { out.append(data, size); }
  };

  /// An id is written as it is: a changed id would be another's.
  template <class Tag>
  void put(const Name<Tag>& id) {
    raw(id.value);
  }
  template <class Tag>
  void put(const Number<Tag>& number) {
    packer_.pack(number.value);
  }
  void put(const Micro& micro) { packer_.pack(micro.value); }
  void put(const Duration& length) {
    packer_.pack(std::clamp(length, Duration{0}, kDurationMost).count());
  }
  void put(const std::string& text) { write_text(text, {}); }
  template <class T>
  void put(const std::optional<T>& value) {
    value ? write(*value) : static_cast<void>(packer_.pack_nil());
  }
  template <class T>
  void put(const std::vector<T>& list) {
    begin_array(list.size());
    for (const T& element : list) write(element);
  }
  template <class K, class V>
  void put(const std::map<K, V>& map) {
    begin_array(map.size());
    for (const auto& [key, value] : map) {
      begin_array(2);
      write(key);
      write(value);
    }
  }
  template <class T>
  requires std::is_aggregate_v<T>
  void put(const T& whole) {
    begin_array(kFieldCount<T>);
    const auto one = [&](const auto& field) {
      if constexpr (std::is_same_v<std::remove_cvref_t<decltype(field)>, std::string>) {
        write_text(field, bound_of(whole, field));
      } else {
        write(field);
      }
    };
    std::apply([&](const auto&... field) { (one(field), ...); }, fields_of(whole));
  }

  void raw(const std::string& text) {
    packer_.pack_str(static_cast<std::uint32_t>(text.size()));
    packer_.pack_str_body(text.data(), static_cast<std::uint32_t>(text.size()));
  }

  Sink sink_;
  msgpack::packer<Sink> packer_;
};

}  // namespace prumo::wire
