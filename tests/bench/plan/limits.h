#pragma once

namespace prumo::bench {

/// Relief of one host whose VMs are short of two resources at once, ever more of which must leave:
/// a JSON line for each number of VMs and each excess, over some random cases, with the work that
/// the search took, how often it met its limit, and what was lost there.
void limits();

}  // namespace prumo::bench
