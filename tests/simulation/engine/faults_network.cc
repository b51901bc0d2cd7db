// What goes wrong between the hosts.

#include "tests/simulation/engine/draw.h"
#include "tests/simulation/engine/faults.h"

namespace prumo::simulation {

void Faults::cut(Random& random) {
  const std::size_t n = cluster_.size();
  const Duration length = draw_tailed(random, 100ms, 5s, 0.3, 40s);
  Network& network = cluster_.network();
  const std::size_t a = random.below(n);
  const std::size_t b = random.below(n);
  const std::uint64_t shape = random.below(5);
  const std::string ab = cluster_.id(a).value + ", " + cluster_.id(b).value;
  tell("cut of shape " + std::to_string(shape) + " at " + ab + " for " + text(length));
  switch (shape) {
    case 0:  // one direction of one link
      network.cut(a, b, length);
      break;
    case 1:  // one link: both still hear the others
      network.cut(a, b, length);
      network.cut(b, a, length);
      break;
    case 2:  // one host hears nobody
      for (std::size_t i = 0; i < n; ++i) network.cut(i, a, length);
      break;
    case 3:  // nobody hears one host
      for (std::size_t i = 0; i < n; ++i) network.cut(a, i, length);
      break;
    default: {  // two sides
      const std::uint64_t side = random.next();
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j)
          if (((side >> i) & 1U) != ((side >> j) & 1U)) network.cut(i, j, length);
    }
  }
}

void Faults::clog(Random& random) {
  const std::size_t a = random.below(cluster_.size());
  const std::size_t b = random.below(cluster_.size());
  const Duration length = draw_tailed(random, 100ms, 3s, 0.3, 20s);
  if (a == b) return;
  tell("clog from " + cluster_.id(a).value + " to " + cluster_.id(b).value + " for " +
       text(length));
  cluster_.network().clog(a, b, length);
}

}  // namespace prumo::simulation
