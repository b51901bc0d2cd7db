#pragma once
// How the environment's failures travel: as values. An Error is one line for a person: what, where,
// and what to do. Code that must act differently on different failures uses a type of its own
// instead.

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace prumo {

struct Error {
  std::string message;
};
template <class T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> fail(std::string message) {
  return tl::unexpected<Error>(Error{std::move(message)});
}

}  // namespace prumo
