#include "src/probe/probe.h"

namespace prumo::probe {

Result<std::unique_ptr<Probe>> make_probe(const Target& target) {
  switch (target.protocol) {
    case Protocol::kHttp:
      return make_http_probe(target);
    case Protocol::kUdp:
      return make_udp_probe(target);
    case Protocol::kCommand:
      return make_command_probe(target);
  }
  return fail("of no known kind");
}

}  // namespace prumo::probe
