#pragma once
// Which of two reports on a host is newer. A report has two halves that age apart: the standing,
// ordered by (incarnation, standing), which anyone may raise; and the summary, ordered by (starts,
// version), which only the owner raises. Each half is joined on its own, so the order in which
// reports arrive does not matter. A refutation keeps the version, a restart begins it anew.

#include "gossip/message.h"

namespace prumo::gossip {

/// What a holder of one report would learn from another.
struct News {
  bool standing = false;
  bool summary = false;
  [[nodiscard]] bool any() const { return standing || summary; }
};

/// What `offer` adds to `have`. Requires: both are about the same host.
[[nodiscard]] inline News news_in(const DigestEntry& offer, const DigestEntry& have) {
  const auto standing = [](const DigestEntry& e) { return std::pair(e.incarnation, e.standing); };
  const auto summary = [](const DigestEntry& e) {
    return std::pair(e.incarnation.starts, e.version);
  };
  return {standing(offer) > standing(have),
          offer.version.value > 0 && summary(offer) > summary(have)};
}

}  // namespace prumo::gossip
