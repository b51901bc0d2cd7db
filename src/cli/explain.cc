// Why a VM was moved or none could be; the same decided again with every verdict, or with other
// settings.

#include "policy/retrial.h"
#include "src/cli/basis.h"
#include "src/cli/program.h"
#include "src/cli/reading.h"
#include "src/cli/render.h"
#include "src/cli/retrial.h"
#include "src/wire/snapshot_json.h"

namespace prumo::cli {
namespace {

using nlohmann::json;

struct ExplainWanted {
  std::string host;
  std::string round;
  std::vector<std::string> set;
  bool full = false;
  bool snapshot = false;

  [[nodiscard]] std::vector<std::string> arguments() const {
    if (!round.empty()) return {"round:" + round};
    return host.empty() ? std::vector<std::string>() : std::vector<std::string>{host};
  }
  [[nodiscard]] std::string about() const {
    return !host.empty() ? " about " + host : !round.empty() ? " of round " + round : "";
  }
};

/// Puts the explanations with every verdict in place of the short ones that were kept.
void make_full(json& answer, const RoundBasis& basis) {
  const auto reliefs = policy::decide(basis.input, policy::Detail::kFull);
  const auto one = [&reliefs](json& decision) {
    for (const policy::Relief& relief : reliefs)
      if (relief.host.value == text_of(decision, "host"))
        decision["explanation"] = wire::to_json(relief.explanation);
  };
  one(answer);
  if (answer.contains("others") && answer["others"].is_array())
    for (json& decision : answer["others"]) one(decision);
}

void try_again(Program& program, const RoundBasis& basis, const ExplainWanted& wanted) {
  const auto parameters = parameters_with(basis.settings, wanted.set);
  if (!parameters) return program.fail(parameters.error());
  const auto retrial = policy::retry(basis.input, *parameters);
  if (!retrial) return program.fail({kFailed, retrial.error().message});
  const policy::Detail detail = wanted.full ? policy::Detail::kFull : policy::Detail::kBounded;
  const Compared compared{basis, *retrial, policy::decide(basis.input, detail),
                          policy::decide(retrial->input, detail)};
  program.print(program.json() ? pretty(to_json(compared))
                               : render_retrial(compared, program.style(), wanted.full));
}

void explain(Program& program, const ExplainWanted& wanted) {
  auto asker = program.environment().connect(program.options);
  if (!asker) return program.fail(asker.error());
  auto answer = (*asker)->ask("explain", wanted.arguments());
  if (!answer) return program.fail(answer.error());
  const bool for_more = wanted.snapshot || !wanted.set.empty();
  if (!flag_of(*answer, "found") && for_more)
    return program.fail({kFailed, nothing_decided(wanted.about())});
  if (flag_of(*answer, "found") && (wanted.full || for_more)) {
    const auto basis = basis_of(**asker, text_of(*answer, "round"));
    // Without it what was kept of the decision is still shown.
    if (!basis && for_more) return program.fail(basis.error());
    if (basis && wanted.snapshot) return program.print(pretty(basis->document));
    if (basis && !wanted.set.empty()) return try_again(program, *basis, wanted);
    if (basis) make_full(*answer, *basis);
  }
  program.print(program.json()
                    ? pretty(*answer)
                    : render_explanation(*answer, program.style(), wanted.about(), wanted.full));
}

}  // namespace

void add_explain(CLI::App& app, Program& program) {
  CLI::App* sub = app.add_subcommand(
      "explain", "Why a VM was moved, why that one and to that host, or why none could be");
  auto wanted = std::make_shared<ExplainWanted>();
  CLI::Option* of_host = sub->add_option(
      "HOST", wanted->host, "The last decision about this host; left out: the last of all");
  sub->add_option("--round", wanted->round, "The decisions of this round, like 7.31")
      ->excludes(of_host);
  sub->add_flag("--full", wanted->full, "Every VM and every host with its numbers");
  sub->add_option("--set", wanted->set,
                  "Decide it again with another setting of [policy], like target=0.8; may be "
                  "repeated");
  sub->add_flag("--snapshot", wanted->snapshot,
                "Print what it was decided on, as `prumo plan --snapshot` reads it");
  sub->footer(
      "Examples:\n  prumo explain\n  prumo explain h1\n  prumo explain --round 7.31 --full\n"
      "  prumo explain --round 7.31 --set overload=0.8 --set target=0.75");
  sub->callback([&program, wanted] { explain(program, *wanted); });
}

}  // namespace prumo::cli
