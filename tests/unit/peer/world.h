#pragma once
// A few peers wired to one another in memory, under virtual time, each with a disk and a hypervisor
// that do what the test says. Deliberately plain: no loss, no drift; tests cut and stop what they
// need.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "src/peer/effect_queue.h"
#include "src/peer/peer.h"

namespace prumo::test {

struct Machine {
  DurableState disk;
  bool disk_fails = false;
  bool up = true;
  std::string boot = "boot-1";
  std::map<VmId, Domain> domains;
  bool hypervisor_ok = true;
  double capacity = 100;
  std::optional<Peer> peer;
  EffectQueue queue;
  Instant next_sample;
  std::vector<Note> notes;
  std::vector<Effect> carried_out;
  std::uint64_t runs = 0;
};

class World {
 public:
  explicit World(std::vector<std::string> hosts);

  static Parameters quick();
  Machine& at(const std::string& host) { return machines_.at(HostId(host)); }
  Peer& peer(const std::string& host) { return *at(host).peer; }

  void add_vm(const std::string& host, const std::string& vm, double cpu, double memory = 4);
  void run(Duration);
  /// Runs until it holds, at most `most`; returns whether it holds.
  bool run_until(const std::function<bool()>& holds, Duration most);
  void tell(const std::string& host, const Event&);
  /// As if `from` had sent it.
  void send(const std::string& from, const std::string& to, Message);
  void crash(const std::string& host);
  void start(const std::string& host);

  /// True: the message is lost.
  std::function<bool(const HostId& from, const HostId& to, const Message&)> lose;
  /// Loses every message of that type, and no other.
  template <class M>
  void lose_every() {
    lose = [](const HostId&, const HostId&, const Message& m) {
      return std::holds_alternative<M>(m);
    };
  }
  /// How the next migrations end; default: after 2 s, well.
  MigrationEnded::How outcome = MigrationEnded::How::kDone;
  Duration migration_time = 2s;
  bool answers_lost = false;  ///< the source's daemon never hears how it ended
  bool never_ends = false;
  bool set_no_autostart = false;  ///< the hypervisors are asked to, and do not

  [[nodiscard]] bool runs_at(const std::string& vm, const std::string& host);
  template <class N>
  std::vector<N> notes(const std::string& host) {
    std::vector<N> found;
    for (const Note& n : at(host).notes) {
      if (const auto* note = std::get_if<N>(&n)) found.push_back(*note);
    }
    return found;
  }
  template <class E>
  std::vector<E> effects(const std::string& host) {
    std::vector<E> found;
    for (const Effect& e : at(host).carried_out) {
      if (const auto* effect = std::get_if<E>(&e)) found.push_back(*effect);
    }
    return found;
  }
  /// Messages of this type that `host` has sent.
  template <class M>
  std::vector<M> sent(const std::string& host) {
    std::vector<M> found;
    for (const Send& s : effects<Send>(host)) {
      if (const auto* m = std::get_if<M>(&s.message)) found.push_back(*m);
    }
    return found;
  }
  std::string coordinator();

  Instant now{10s};
  Parameters parameters = quick();
  Members members;

 private:
  void drain(const HostId&);
  void carry_out(const HostId&, const Effect&);
  void begin_migration(const HostId&, const StartMigration&);
  [[nodiscard]] Reading reading(const Machine&) const;
  void later(Duration, std::function<void()>);
  void step_time(Instant limit);

  std::map<HostId, Machine> machines_;
  std::multimap<Instant, std::function<void()>> agenda_;
};

}  // namespace prumo::test
