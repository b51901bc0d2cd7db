#include "tests/simulation/run/simulation.h"

#include <cstdio>
#include <memory>

#include "tests/simulation/checks/duplicate_checker.h"
#include "tests/simulation/checks/durable_checker.h"
#include "tests/simulation/checks/election_checker.h"
#include "tests/simulation/checks/leftover_checker.h"
#include "tests/simulation/checks/liveness.h"
#include "tests/simulation/checks/operation_checker.h"
#include "tests/simulation/checks/sending_checker.h"
#include "tests/simulation/checks/slot_checker.h"
#include "tests/simulation/engine/cluster.h"
#include "tests/simulation/engine/faults.h"
#include "tests/simulation/engine/transcript.h"
#include "tests/simulation/engine/watchers.h"
#include "tests/simulation/run/provoker.h"

namespace prumo::simulation {

namespace {

constexpr Duration kLook = 1s;  ///< between two looks whether all is well
constexpr Duration kOperatorComes = 10s;
constexpr Duration kCalm = 20s;  ///< all must stay well for so long, without an election

class Run {
 public:
  Run(const Scenario& scenario, std::size_t transcript_lines)
      : scenario_(scenario),
        cluster_(scenario, watchers_),
        slots_(cluster_, verdict_),
        operations_(cluster_, verdict_),
        elections_(cluster_, verdict_),
        sending_(cluster_, verdict_),
        durable_(cluster_, verdict_),
        leftovers_(cluster_, verdict_),
        duplicates_(cluster_, verdict_),
        liveness_(cluster_, verdict_),
        provoker_(cluster_),
        transcript_(cluster_, transcript_lines),
        faults_(cluster_, Random(scenario.seed).fork("faults")) {
    if (transcript_lines > 0) watchers_.add(transcript_);
    for (Watcher* watcher : std::initializer_list<Watcher*>{
             &slots_, &operations_, &elections_, &sending_, &durable_, &leftovers_, &duplicates_,
             &liveness_, &probes_, &provoker_})
      watchers_.add(*watcher);
  }

  Report report() {
    cluster_.start();
    faults_.start();
    look();
    advance(scenario_.faults_last);
    if (scenario_.quiet_within > Duration{0}) {
      if (!verdict_.bad()) mend();
      if (!verdict_.bad()) recover();
    }
    Report report;
    report.seed = scenario_.seed;
    report.hosts = cluster_.members();
    report.violation = verdict_.first();
    report.transcript = transcript_.text();
    report.fingerprint = cluster_.fingerprint();
    report.virtual_time = cluster_.now();
    report.events = cluster_.heap().happened();
    report.started = operations_.started();
    report.arrived = operations_.arrived();
    report.elections = elections_.elections();
    report.paths = probes_.counts();
    return report;
  }

 private:
  void advance(TrueTime until) {
    while (!verdict_.bad() && cluster_.heap().run_next(until)) {
    }
  }

  void look() {
    leftovers_.look();
    duplicates_.look();
    cluster_.heap().after(kLook, [this] { look(); });
  }

  /// Whatever is left must be reported before the operator comes to settle it.
  void mend() {
    faults_.end();
    advance(cluster_.now() + kOperatorComes);
    if (leftovers_.any_left())
      advance(cluster_.now() + scenario_.parameters.relief.lost_after + kOperatorComes);
    if (verdict_.bad()) return;
    faults_.settle();
    liveness_.mended();
  }

  /// Until all has been well for a while, or the time for it is over.
  void recover() {
    const TrueTime end = scenario_.faults_last + scenario_.quiet_within;
    TrueTime well_since = cluster_.now();
    std::string last_trouble = "nothing";
    while (!verdict_.bad() && cluster_.now() - well_since < kCalm) {
      if (cluster_.now() >= end)
        return verdict_.violated(8, cluster_.now(), "not well in time: " + last_trouble);
      const std::size_t elections = elections_.elections();
      advance(cluster_.now() + kLook);
      std::optional<std::string> trouble = liveness_.unwell();
      if (!trouble && elections_.elections() != elections) trouble = "another election";
      if (!trouble) continue;
      last_trouble = *trouble;
      well_since = cluster_.now();
    }
  }

  const Scenario& scenario_;
  Verdict verdict_;
  Watchers watchers_;
  Cluster cluster_;
  SlotChecker slots_;
  OperationChecker operations_;
  ElectionChecker elections_;
  SendingChecker sending_;
  DurableChecker durable_;
  LeftoverChecker leftovers_;
  DuplicateChecker duplicates_;
  Liveness liveness_;
  Probes probes_;
  Provoker provoker_;
  Transcript transcript_;
  Faults faults_;
};

}  // namespace

Report run(const Scenario& scenario, std::size_t transcript_lines) {
  return std::make_unique<Run>(scenario, transcript_lines)->report();
}

Report run_and_explain(const Scenario& scenario, std::size_t transcript_lines) {
  Report report = run(scenario);
  return report.violation ? run(scenario, transcript_lines) : report;
}

std::string explain(const Report& report) {
  std::string text =
      "seed " + std::to_string(report.seed) + ", " + std::to_string(report.hosts) + " hosts: ";
  if (!report.violation) return text + "nothing violated\n";
  text += "invariant " + std::to_string(report.violation->invariant) + " violated at " +
          std::to_string(seconds(report.violation->when)) + " s: " + report.violation->text + '\n';
  return text + report.transcript;
}

}  // namespace prumo::simulation
