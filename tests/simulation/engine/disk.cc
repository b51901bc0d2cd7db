#include "tests/simulation/engine/disk.h"

#include <algorithm>

#include "tests/simulation/engine/draw.h"

namespace prumo::simulation {

Disk::Disk(EventHeap& heap, Random random, Landed landed)
    : heap_(heap), random_(random), torn_(random.fork("torn")), landed_(std::move(landed)) {}

void Disk::write(std::uint64_t sequence, DurableState state, Done done) {
  waiting_.push_back({sequence, std::move(state), std::move(done)});
  if (waiting_.size() == 1) begin_next();
}

void Disk::begin_next() {
  const Duration length = draw_tailed(random_, weather_.write_least, weather_.write_usual,
                                      weather_.slow, weather_.write_most);
  heap_.after(length, [this, life = life_] {
    if (life == life_) finish();
  });
}

void Disk::hang(Duration length) {
  hung_until_ = std::max(hung_until_, heap_.now() + length);
  heap_.at(hung_until_, [this] { wake(); });
}

void Disk::stop_hang() {
  hung_until_ = heap_.now();
  wake();
}

void Disk::wake() {
  if (!hangs() && std::exchange(held_up_, false)) finish();
}

void Disk::finish() {
  if (hangs()) {
    held_up_ = true;
    return;
  }
  Write write = std::move(waiting_.front());
  waiting_.pop_front();
  const bool ok = !random_.chance(weather_.failure);
  if (ok)
    write_now(std::move(write.state));
  else if (torn_.chance(0.5))
    in_log_ = std::move(write.state);
  if (!waiting_.empty()) begin_next();
  write.done(write.sequence, ok);
}

bool Disk::crash() {
  ++life_;
  held_up_ = false;
  const bool found = in_log_ && torn_.chance(0.5);
  if (found) write_now(std::move(*in_log_));
  in_log_.reset();
  // Writes land in order, so what landed is a prefix of those under way.
  const std::size_t landed = random_.below(waiting_.size() + 1);
  if (landed > 0) write_now(std::move(waiting_[landed - 1].state));
  waiting_.clear();
  return found;
}

DurableState Disk::open() {
  at_starts_.push_back(stored_);
  if (at_starts_.size() > 3) at_starts_.pop_front();
  if (counted_) ++*counted_;
  DurableState found = stored_;
  if (std::exchange(damaged_, false)) found.admitted = false;
  return found;
}

void Disk::lose() {
  stored_ = {};
  in_log_.reset();
  at_starts_.clear();
  counted_ = 0;
}

void Disk::damage() {
  lose();
  damaged_ = true;
}

void Disk::roll_back() {
  DurableState old;
  if (at_starts_.size() == 3) old = at_starts_.front();
  lose();
  counted_ = old.starts;
  stored_ = std::move(old);
}

void Disk::write_now(DurableState state) {
  in_log_.reset();
  stored_ = std::move(state);
  landed_(stored_);
}

}  // namespace prumo::simulation
