#pragma once
// The last lines of a run, for people: true time, the host's own time, the host, what happened. Off
// in ordinary runs; a seed that failed is run again with it, because runs repeat bit for bit.

#include <deque>
#include <string>

#include "tests/simulation/engine/cluster.h"

namespace prumo::simulation {

class Transcript : public Watcher {
 public:
  Transcript(const Cluster& cluster, std::size_t most) : cluster_(cluster), most_(most) {}

  void handed_over(const MigrationFacts&) override;
  void appeared(const MigrationFacts&) override;
  void disappeared(const MigrationFacts&, bool arrived) override;
  void ended(const MigrationFacts&) override;
  void running(const VmId&, std::size_t copies, Begins) override;
  void stepped(std::size_t host, const Effects&) override;
  void sent(std::size_t host, std::size_t to, const wire::Envelope&) override;
  void daemon_started(std::size_t host) override;
  void fault(const std::string& what) override { say("!! " + what); }

  [[nodiscard]] std::string text() const;

 private:
  void say(const std::string& what);
  void line(std::size_t host, const std::string& what);

  const Cluster& cluster_;
  std::size_t most_;
  std::deque<std::string> lines_;
};

}  // namespace prumo::simulation
