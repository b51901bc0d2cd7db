#pragma once
// Drawing times and picks from a seeded stream.

#include <string>

#include "src/core/random.h"
#include "src/core/time.h"

namespace prumo::simulation {

/// Uniform in [least, most].
[[nodiscard]] inline Duration draw(Random& random, Duration least, Duration most) {
  return least + Duration{static_cast<std::int64_t>(
                     random.below(static_cast<std::uint64_t>((most - least).count()) + 1))};
}
[[nodiscard]] inline double draw(Random& random, double least, double most) {
  return least + random.unit() * (most - least);
}
/// For people.
[[nodiscard]] inline std::string text(Duration length) {
  return std::to_string(length.count() / 1000) + " ms";
}
/// Usually within [least, usual], with probability `p` up to `most`: the shape of every delay here.
[[nodiscard]] inline Duration draw_tailed(Random& random, Duration least, Duration usual, double p,
                                          Duration most) {
  return random.chance(p) ? draw(random, usual, most) : draw(random, least, usual);
}

}  // namespace prumo::simulation
