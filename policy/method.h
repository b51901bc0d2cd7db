#pragma once
// The ways to move a running VM.

#include <cstdint>

namespace prumo::policy {

enum class Method : std::uint8_t {
  kPreCopy,      ///< memory is copied while the guest runs, then what it wrote meanwhile
  kStopAndCopy,  ///< the guest is stopped while all its memory is copied
  kPostCopy,     ///< the guest runs over there at once and pulls its memory as it needs it
};
/// What an operator asks for; `kAuto` leaves the choice to `choose_method`.
enum class MethodWish : std::uint8_t { kPreCopy, kStopAndCopy, kPostCopy, kAuto };

[[nodiscard]] constexpr const char* name_of(Method m) {
  switch (m) {
    case Method::kPreCopy:
      return "pre-copy";
    case Method::kStopAndCopy:
      return "stop-and-copy";
    case Method::kPostCopy:
      return "post-copy";
  }
  return "?";
}

[[nodiscard]] constexpr const char* name_of(MethodWish w) {
  return w == MethodWish::kAuto ? "auto" : name_of(static_cast<Method>(w));
}

}  // namespace prumo::policy
