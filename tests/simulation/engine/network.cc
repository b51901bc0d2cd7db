#include "tests/simulation/engine/network.h"

#include <algorithm>
#include <utility>

#include "tests/simulation/engine/draw.h"

namespace prumo::simulation {

namespace {
constexpr std::size_t kMostHeld = 64;  ///< frames on a clogged link
}  // namespace

Network::Network(EventHeap& heap, Random random, std::size_t hosts, Deliver deliver)
    : heap_(heap),
      random_(random),
      hosts_(hosts),
      deliver_(std::move(deliver)),
      bytes_sent_(hosts, 0),
      cut_until_(hosts * hosts, TrueTime{0}) {}

void Network::send(std::size_t from, std::size_t to, std::string frame) {
  bytes_sent_[from] += frame.size();
  all_bytes_ += frame.size();
  to = led(from, to);
  if (!open(from, to) || random_.chance(weather_.loss)) return;
  if (random_.chance(weather_.duplicate)) schedule(from, to, frame);
  schedule(from, to, std::move(frame));
}

void Network::schedule(std::size_t from, std::size_t to, std::string frame) {
  Duration delay = draw_tailed(random_, weather_.delay_least, weather_.delay_usual, weather_.late,
                               weather_.delay_most);
  if (!clogged_.empty()) {
    const auto clog = clogged_.find(from * hosts_ + to);
    if (clog != clogged_.end() && clog->second.until > heap_.now()) {
      if (++clog->second.held > kMostHeld) return;
      delay += clog->second.until - heap_.now();
    }
  }
  heap_.after(delay, [this, from, to, bytes = std::move(frame)] {
    if (open(from, to)) deliver_(from, to, bytes);
  });
}

void Network::cut(std::size_t from, std::size_t to, Duration length) {
  TrueTime& until = cut_until_[from * hosts_ + to];
  until = std::max(until, heap_.now() + length);
}

void Network::clog(std::size_t from, std::size_t to, Duration length) {
  Clog& clog = clogged_[from * hosts_ + to];
  if (clog.until <= heap_.now()) clog.held = 0;
  clog.until = std::max(clog.until, heap_.now() + length);
}

void Network::lead(std::size_t from, std::size_t to, std::size_t instead) {
  led_[from * hosts_ + to] = instead;
}

std::size_t Network::led(std::size_t from, std::size_t to) const {
  const auto it = led_.find(from * hosts_ + to);
  return it == led_.end() ? to : it->second;
}

void Network::heal_all() {
  std::fill(cut_until_.begin(), cut_until_.end(), TrueTime{0});
  clogged_.clear();
}

bool Network::open(std::size_t from, std::size_t to) const {
  return heap_.now() >= cut_until_[from * hosts_ + to];
}

}  // namespace prumo::simulation
