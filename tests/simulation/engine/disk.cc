#include "tests/simulation/engine/disk.h"

#include "tests/simulation/engine/draw.h"

namespace prumo::simulation {

Disk::Disk(EventHeap& heap, Random random, Landed landed)
    : heap_(heap), random_(random), landed_(std::move(landed)) {}

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

void Disk::finish() {
  Write write = std::move(waiting_.front());
  waiting_.pop_front();
  const bool ok = !random_.chance(weather_.failure);
  if (ok) write_now(std::move(write.state));
  if (!waiting_.empty()) begin_next();
  write.done(write.sequence, ok);
}

void Disk::crash() {
  ++life_;
  // Writes land in order, so what landed is a prefix of those under way.
  const std::size_t landed = random_.below(waiting_.size() + 1);
  if (landed > 0) write_now(std::move(waiting_[landed - 1].state));
  waiting_.clear();
}

DurableState Disk::open() {
  at_starts_.push_back(stored_);
  if (at_starts_.size() > 3) at_starts_.pop_front();
  DurableState found = stored_;
  if (std::exchange(damaged_, false)) found.admitted = false;
  return found;
}

void Disk::lose() {
  stored_ = {};
  at_starts_.clear();
}

void Disk::damage() {
  lose();
  damaged_ = true;
}

void Disk::roll_back() {
  DurableState old;
  if (at_starts_.size() == 3) old = at_starts_.front();
  lose();
  stored_ = std::move(old);
}

void Disk::write_now(DurableState state) {
  stored_ = std::move(state);
  landed_(stored_);
}

}  // namespace prumo::simulation
