#include "policy/matching.h"

namespace prumo::policy {

Matching::Matching(const std::vector<const Takers*>& takers, std::size_t hosts)
    : takers_(takers),
      host_of_(takers.size(), kNone),
      vm_of_(hosts, kNone),
      seen_(hosts, 0),
      settled_(hosts, false) {}

void Matching::place(std::size_t v, std::size_t host) {
  vm_of_[host] = v;
  host_of_[v] = host;
}

bool Matching::augment(std::size_t v) {
  // A free host, where there is one, saves the walk along those who would have to move.
  for (const std::size_t host : *takers_[v]) {
    ++work_;
    if (vm_of_[host] != kNone || settled_[host]) continue;
    place(v, host);
    return true;
  }
  for (const std::size_t host : *takers_[v]) {
    ++work_;
    if (settled_[host] || seen_[host] == augmentation_) continue;
    seen_[host] = augmentation_;
    if (!augment(vm_of_[host])) continue;
    place(v, host);
    return true;
  }
  return false;
}

bool Matching::add(std::size_t v) {
  ++augmentation_;
  return augment(v);
}

bool Matching::add_for_good(std::size_t v) {
  if (add(v)) return true;
  // All that was reached is occupied by VMs that can only move among themselves, now and later.
  for (std::size_t host = 0; host < seen_.size(); ++host) {
    if (seen_[host] == augmentation_) settled_[host] = true;
  }
  return false;
}

void Matching::remove(std::size_t v) {
  vm_of_[host_of_[v]] = kNone;
  host_of_[v] = kNone;
}

bool Matching::settle(std::size_t v, std::size_t host) {
  if (settled_[host]) return false;
  const std::size_t before = host_of_[v];
  const std::size_t other = vm_of_[host];
  settled_[host] = true;
  if (other == v) return true;
  // The one that sat there must find another host; the one that v leaves is free for it.
  vm_of_[before] = kNone;
  if (other != kNone && !add(other)) {
    vm_of_[before] = v;
    settled_[host] = false;
    return false;
  }
  place(v, host);
  return true;
}

std::optional<std::vector<std::size_t>> assign(const std::vector<const Takers*>& takers,
                                               std::size_t hosts) {
  Matching matching(takers, hosts);
  for (std::size_t v = 0; v < takers.size(); ++v) {
    if (!matching.add(v)) return std::nullopt;
  }
  std::vector<std::size_t> chosen;
  for (std::size_t v = 0; v < takers.size(); ++v) {
    for (const std::size_t host : *takers[v]) {
      if (!matching.settle(v, host)) continue;
      chosen.push_back(host);
      break;
    }
  }
  return chosen;
}

}  // namespace prumo::policy
