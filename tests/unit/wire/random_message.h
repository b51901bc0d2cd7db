#pragma once
// Messages with random legal contents, and equality of any two values, both by walking the fields.

#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "src/core/random.h"
#include "src/wire/bounds.h"
#include "src/wire/codec.h"
#include "src/wire/fields.h"
#include "src/wire/message_types.h"
#include "src/wire/prefix.h"

namespace prumo::wire {

inline constexpr ClusterId kCluster{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

/// What every frame of it begins with.
inline std::string prefix() { return begin_frame(kCluster); }

inline std::string random_text(Random& random, std::size_t most) {
  static const std::vector<std::string> kCharacters{"a",  "Z",  "0", "-", " ",
                                                    "\"", "\\", "ã", "€", "𝄞"};
  std::string text;
  const std::size_t length = random.below(12) == 0 ? most : random.below(12);
  while (true) {
    const std::string& next = kCharacters[random.below(kCharacters.size())];
    if (text.size() + next.size() > length) return text;
    text += next;
  }
}

/// Extremes come up often.
inline std::uint64_t random_number(Random& random, std::uint64_t most) {
  switch (random.below(4)) {
    case 0:
      return 0;
    case 1:
      return most;
    case 2:
      return random.below(200) % (most == ~std::uint64_t{0} ? most : most + 1);
    default:
      return most == ~std::uint64_t{0} ? random.next() : random.below(most + 1);
  }
}

template <class T>
void randomise(Random& random, T& value);

template <class Tag>
void fill(Random& random, Name<Tag>& id) {
  id.value = random_text(random, kTextMost);
}
template <class Tag>
void fill(Random& random, Number<Tag>& number) {
  number.value = random_number(random, kCounterMost);
}
inline void fill(Random& random, RunId& run) { run.value = random.next(); }
inline void fill(Random& random, Micro& micro) {
  micro.value = static_cast<std::int64_t>(random_number(random, 2 * kMicroMost)) - kMicroMost;
}
inline void fill(Random& random, Duration& length) {
  length = Duration(static_cast<Duration::rep>(
      random_number(random, static_cast<std::uint64_t>(kDurationMost.count()))));
}
inline void fill(Random& random, std::string& text) { text = random_text(random, kTextMost); }
template <class T>
void fill(Random& random, std::optional<T>& value) {
  value.reset();
  if (random.chance(0.7)) randomise(random, value.emplace());
}
template <class T>
void fill(Random& random, std::vector<T>& list) {
  list.clear();
  for (std::uint64_t left = random.below(4); left > 0; --left)
    randomise(random, list.emplace_back());
}
template <class T>
requires std::is_aggregate_v<T>
void fill(Random& random, T& whole) {
  const auto one = [&](auto& field) {
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(field)>, std::string>) {
      field = random_text(random, std::min(bound_of(whole, field).most, std::size_t{5000}));
    } else {
      randomise(random, field);
    }
  };
  std::apply([&](auto&... field) { (one(field), ...); }, fields_of(whole));
}

template <class T>
void randomise(Random& random, T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    value = random.chance(0.5);
  } else if constexpr (std::is_enum_v<T>) {
    value = static_cast<T>(random.below(static_cast<std::uint64_t>(kLast<T>) + 1));
  } else if constexpr (std::is_same_v<T, double>) {
    value = random.chance(0.3) ? kQuantityMost : random.unit() * 1e6;
  } else if constexpr (std::is_integral_v<T>) {
    value = static_cast<T>(random_number(random, std::numeric_limits<T>::max()));
  } else {
    fill(random, value);
  }
}

template <class T>
bool same(const T& a, const T& b);
template <class T>
bool same(const std::optional<T>& a, const std::optional<T>& b);
template <class T>
bool same(const std::vector<T>& a, const std::vector<T>& b);

/// Equality of every field, for types that have none of their own too.
template <class T>
bool same(const T& a, const T& b) {
  if constexpr (std::is_aggregate_v<T>) {
    const auto left = fields_of(a);
    const auto right = fields_of(b);
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return (same(std::get<I>(left), std::get<I>(right)) && ...);
    }
    (std::make_index_sequence<kFieldCount<T>>{});
  } else {
    return a == b;
  }
}
template <class T>
bool same(const std::optional<T>& a, const std::optional<T>& b) {
  return a.has_value() == b.has_value() && (!a || same(*a, *b));
}
template <class T>
bool same(const std::vector<T>& a, const std::vector<T>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const T& x, const T& y) { return same(x, y); });
}

template <class M>
Message as_message(M message) {
  if constexpr (std::is_constructible_v<gossip::Message, M>) {
    return gossip::Message(std::move(message));
  } else if constexpr (std::is_constructible_v<election::Message, M>) {
    return election::Message(std::move(message));
  } else {
    return message;
  }
}

/// The alternative of type M, wherever it is; none: another message.
template <class M>
const M* find_in(const Message& message) {
  if constexpr (std::is_constructible_v<gossip::Message, M>) {
    const auto* group = std::get_if<gossip::Message>(&message);
    return group == nullptr ? nullptr : std::get_if<M>(group);
  } else if constexpr (std::is_constructible_v<election::Message, M>) {
    const auto* group = std::get_if<election::Message>(&message);
    return group == nullptr ? nullptr : std::get_if<M>(group);
  } else {
    return std::get_if<M>(&message);
  }
}

inline Envelope envelope_of(Message message) {
  return {HostId("h1"), {3, 1}, RunId{0xFEDCBA9876543210U}, Epoch{7}, std::move(message)};
}

/// One message of each type, with random contents.
inline std::vector<Message> one_of_each(Random& random) {
  std::vector<Message> all;
  any_message(std::type_identity<Message>{}, [&]<class M>(std::type_identity<M>) {
    M message;
    randomise(random, message);
    all.push_back(as_message(std::move(message)));
    return false;
  });
  return all;
}

}  // namespace prumo::wire
