#include "src/daemon/looker.h"

#include <algorithm>
#include <utility>

#include "src/daemon/clock.h"

namespace prumo::daemon {
namespace {

/// In the worker's thread. The moment is taken before the first question is put.
Reading look(hypervisor::Hypervisor& hypervisor, host::Probe& probe, bool sample) {
  Reading reading;
  reading.begun = now();
  if (sample) {
    if (auto figures = probe.read()) {
      reading.capacity = figures->capacity;
      reading.usage = figures->usage;
      reading.available_memory_mib = figures->available_memory_mib;
    } else {
      reading.trouble = figures.error().message;
    }
  }
  auto domains = hypervisor.domains(sample);
  reading.hypervisor_ok = domains.has_value() && reading.trouble.empty();
  if (domains)
    reading.domains = std::move(*domains);
  else
    reading.trouble = domains.error().message;
  reading.connect_uri = hypervisor.connect_uri();
  reading.migrate_uri = hypervisor.migrate_uri();
  reading.hook = hypervisor.hook();
  return reading;
}

}  // namespace

Looker::Looker(hypervisor::Hypervisor& hypervisor, host::Probe& probe, Inbox& inbox,
               Duration interval, Duration patience, Deliver deliver)
    : hypervisor_(hypervisor),
      probe_(probe),
      inbox_(inbox),
      interval_(interval),
      patience_(patience),
      deliver_(std::move(deliver)),
      next_sample_(now()) {}

void Looker::turn(Instant at) {
  if (looking_) {
    if (at < complain_at_) return;
    complain_at_ = at + interval_;
    Reading silent = last_;
    silent.begun = at;
    silent.hypervisor_ok = false;
    silent.domains.clear();
    silent.trouble = "the hypervisor has not answered for " +
                     std::to_string(static_cast<int>(seconds(patience_))) +
                     " s; look at libvirtd on this host";
    deliver_(Sampled{std::move(silent)});
    return;
  }
  if (at >= next_sample_) {
    // After a pause the missed samples are not made up for.
    next_sample_ = std::max(next_sample_ + interval_, at + interval_ / 2);
    start(at, true);
  } else if (wanted_) {
    start(at, false);
  }
}

Instant Looker::next_deadline() const {
  if (looking_) return complain_at_;
  return wanted_ ? Instant{} : next_sample_;
}

const Domain* Looker::last_seen(const VmId& vm) const {
  const auto it = std::find_if(last_.domains.begin(), last_.domains.end(),
                               [&](const Domain& d) { return d.id == vm; });
  return it == last_.domains.end() ? nullptr : &*it;
}

double Looker::link_mib_s() const {
  constexpr double kGigabit = 1000;
  return (last_.capacity.network > 0 ? last_.capacity.network : kGigabit) / kMbitPerMib;
}

void Looker::start(Instant at, bool sample) {
  looking_ = true;
  wanted_ = false;
  complain_at_ = at + patience_;
  worker_.run([this, sample] {
    Reading reading = look(hypervisor_, probe_, sample);
    inbox_.post([this, sample, reading = std::move(reading)]() mutable {
      finished(std::move(reading), sample);
    });
  });
}

void Looker::finished(Reading reading, bool sample) {
  looking_ = false;
  complain_at_ = Instant::never();
  if (!sample) {
    deliver_(Observed{std::move(reading)});
    return;
  }
  // A hypervisor that says nothing does not unsay what it has told of its VMs.
  std::vector<Domain> seen = std::exchange(last_, reading).domains;
  if (!reading.hypervisor_ok) last_.domains = std::move(seen);
  deliver_(Sampled{std::move(reading)});
}

}  // namespace prumo::daemon
