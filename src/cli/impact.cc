// What a migration costs the service inside: steady open-loop load before, during and after it.

#include <algorithm>

#include "config/duration.h"
#include "src/cli/impact_chart.h"
#include "src/cli/impact_json.h"
#include "src/cli/mover.h"
#include "src/cli/render.h"
#include "src/cli/settings.h"
#include "src/cli/table.h"
#include "src/probe/prober.h"
#include "src/probe/saturation.h"

namespace prumo::cli {
namespace {

using nlohmann::json;

constexpr Duration kImpactLook = 100ms;  // how often it is asked whether the VM has moved
constexpr Duration kLongest = 1h;        // of each span that is asked for
constexpr double kMostRate = 20'000;     // requests a second
constexpr double kFirstTrial = 125;      // requests a second, of --calibrate
constexpr double kHeadroom = 4;          // a run looks whether the prober could do so much more
constexpr Duration kAgain = 2s;          // until a way back is asked for again
constexpr Duration kRest = 5min;         // for which that is done
constexpr double kPoints = 400;          // of the run over time
constexpr int kTrusted = 10;  // a prober that is late by less than this part of the service level

struct ImpactWanted {
  Journey journey;
  std::string method;
  std::string probe;
  double rate = 100;
  std::string service_level = "250ms";
  std::string before = "10s";
  std::string after = "10s";
  std::string patience = "10s";
  std::string observe;
  std::string around;
  std::vector<std::string> pictures;
  bool back = false;
  bool calibrate = false;
};

struct Spans {
  Duration service_level{0};
  Duration before{0};
  Duration after{0};
  Duration patience{0};
  Duration observe{0};
};

Tried<Duration> span_of(const char* option, const std::string& text, bool may_be_none) {
  const auto span = config::parse_duration(text);
  if (!span || *span > kLongest || (!may_be_none && *span <= Duration{0}))
    return failure(kUsage, std::string(option) + " = \"" + text +
                               "\" is no time of use; write it as 250ms, 10s or 5min, at most 1h");
  return *span;
}

Tried<Spans> spans_of(const ImpactWanted& w) {
  Spans out;
  struct Field {
    const char* option;
    const std::string& text;
    Duration& value;
    bool may_be_none;
  };
  for (const Field& f :
       {Field{"--service-level", w.service_level, out.service_level, false},
        Field{"--before", w.before, out.before, true}, Field{"--after", w.after, out.after, true},
        Field{"--give-up", w.patience, out.patience, false}}) {
    const auto span = span_of(f.option, f.text, f.may_be_none);
    if (!span) return tl::unexpected(span.error());
    f.value = *span;
  }
  if (w.observe.empty()) return out;
  const auto span = span_of("--observe", w.observe, false);
  if (!span) return tl::unexpected(span.error());
  out.observe = *span;
  return out;
}

/// What a command line must have; empty: nothing is wrong.
std::string wrong_in(const ImpactWanted& w) {
  if (w.probe.empty()) return "--probe is missing: what shall be asked, as http://web3/";
  if (!(w.rate > 0 && w.rate <= kMostRate))
    return "--rate must be above 0 and at most 20000 a second";
  const int ways = int{!w.journey.vm.empty()} + int{!w.around.empty()} + int{!w.observe.empty()};
  if (ways != 1) return "name either a VM and --to, or --around COMMAND, or --observe TIME";
  if (!w.journey.vm.empty() && w.journey.to.empty())
    return "--to is missing: the host that " + w.journey.vm + " shall go to";
  if (w.journey.vm.empty() && (!w.journey.to.empty() || !w.journey.settings.empty() || w.back))
    return "--to, --method, --set and --back go with a VM";
  for (const std::string& path : w.pictures)
    if (!path.ends_with(".svg") && !path.ends_with(".png"))
      return "--plot " + path + ": name a file that ends in .svg or .png";
  return {};
}

void tell(Program& program, const std::string& what) {
  if (program.environment().progress)
    program.environment().err << "prumo: " << what << "\n" << std::flush;
}

/// Moves the VM once, and says when that began and ended by the clock of the run. A way back is
/// refused while the VM or a host has to rest; then it is asked for again until `patience` is over.
Tried<impact::Passage> passage_of(Program& program, Mover& mover, const probe::Prober& prober,
                                  Duration patience) {
  const Duration give_up = prober.now() + patience;
  Duration begin = prober.now();
  for (auto started = mover.start(); !started; started = mover.start()) {
    if (prober.now() >= give_up) return tl::unexpected(started.error());
    tell(program, started.error().message + "; asking again");
    program.environment().wait(kAgain);
    begin = prober.now();
  }
  for (;;) {
    auto moved = mover.look();
    if (!moved) return tl::unexpected(moved.error());
    if (*moved) {
      (*moved)->window = {begin, prober.now()};
      return **moved;
    }
    program.environment().wait(kImpactLook);
  }
}

json saturation_json(const probe::Saturation& s) {
  return {{"saturates_per_s", s.kept_per_s}, {"saturation_reached", s.reached}};
}

void calibrate(Program& program) {
  struct Kind {
    const char* name;
    probe::Protocol protocol;
  };
  json out;
  std::string text;
  for (const Kind& kind : {Kind{"http", probe::Protocol::kHttp}, Kind{"udp", probe::Protocol::kUdp},
                           Kind{"command", probe::Protocol::kCommand}}) {
    const auto found = probe::saturation_of(kind.protocol, kFirstTrial, kMostRate);
    if (!found) return program.fail({kFailed, found.error().message});
    out[kind.name] = saturation_json(*found);
    text += std::string(kind.name) + std::string(10 - std::string(kind.name).size(), ' ') +
            (found->reached ? "" : "at least ") + decimal(found->kept_per_s, 0) + " requests/s\n";
  }
  program.print(
      program.json()
          ? pretty(out)
          : text + paragraph("Up to these rates the prober keeps its schedule here against a "
                             "service that costs nothing: 99 of 100 requests within 5 ms.",
                             program.style()));
}

struct Measured {
  probe::Record record;
  double began_unix_s = 0;
  std::vector<impact::Passage> passages;
  std::optional<Failure> failure;  ///< what ended the run early
};

class Measurement {
 public:
  Measurement(Program& program, const ImpactWanted& wanted, const Spans& spans)
      : program_(program), wanted_(wanted), spans_(spans) {}

  /// `asker` is there when a VM is to be moved.
  Measured run(std::unique_ptr<probe::Probe> probe, Asker* asker) {
    out_.began_unix_s =
        std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
    probe::Prober prober(std::move(probe), {wanted_.rate, spans_.patience});
    if (asker == nullptr && wanted_.around.empty()) {
      program_.environment().wait(spans_.observe);
    } else {
      tell(program_, "before the migration, " + config::to_text(spans_.before));
      program_.environment().wait(spans_.before);
      const auto mover =
          asker == nullptr ? command_mover(wanted_.around) : daemon_mover(*asker, wanted_.journey);
      const bool moved = pass(*mover, prober, Duration{0});
      if (moved && wanted_.back) {
        Journey back = wanted_.journey;
        back.to = out_.passages.front().from;
        pass(*daemon_mover(*asker, back), prober, kRest);
      }
    }
    out_.record = prober.finish();
    return std::move(out_);
  }

 private:
  bool pass(Mover& mover, const probe::Prober& prober, Duration patience) {
    tell(program_, "the migration");
    const auto passage = passage_of(program_, mover, prober, patience);
    if (!passage) {
      out_.failure = passage.error();
      return false;
    }
    out_.passages.push_back(*passage);
    tell(program_, "after it, " + config::to_text(spans_.after));
    program_.environment().wait(spans_.after);
    return passage->outcome == "done";
  }

  Program& program_;
  const ImpactWanted& wanted_;
  const Spans& spans_;
  Measured out_;
};

/// Spans of the run that hold some ten requests each, but not too many of them.
std::size_t points_of(Duration span, double rate) {
  const double wanted = std::min(seconds(span) * rate / 10, seconds(span) * 10);
  return static_cast<std::size_t>(std::clamp(wanted, 1.0, kPoints));
}

void print_report(Program& program, const ImpactWanted& wanted, const Spans& spans,
                  const Measured& measured, const probe::Saturation& saturation) {
  const impact::Window whole{Duration{0}, measured.record.span};
  const auto& requests = measured.record.requests;
  const impact::Report report =
      impact::report_of(requests, whole, measured.passages, spans.service_level);
  const auto series =
      impact::series_of(requests, whole, points_of(whole.span(), wanted.rate), spans.service_level);
  json out = impact_json(report);
  out["vm"] = wanted.journey.vm;
  out["probe"] = wanted.probe;
  out["rate_per_s"] = wanted.rate;
  out["began_unix_s"] = measured.began_unix_s;
  out["service_level_ms"] = seconds(spans.service_level) * 1000;
  out["errors"] = measured.record.errors;
  out["prober"] = saturation_json(saturation);
  out["prober"]["p99_late_ms"] = seconds(report.punctuality.p99) * 1000;
  out["prober"]["most_late_ms"] = seconds(report.punctuality.most) * 1000;
  out["prober"]["trustworthy"] = report.punctuality.p99 <= spans.service_level / kTrusted &&
                                 saturation.kept_per_s >= wanted.rate;
  if (program.json()) {
    out["series"] = series_json(series);
    program.print(pretty(out));
  } else {
    program.print(render_impact(out, program.style()));
  }
  for (const std::string& path : wanted.pictures)
    if (const auto drawn = draw_impact(path, series, report, spans.service_level); !drawn)
      program.fail(drawn.error());
  for (const impact::Passage& p : measured.passages)
    if (p.outcome != "done") program.exit = kFailed;
}

/// Nobody is helped by the migration of a VM whose service was never asked for what it answers to.
Tried<void> knock(const probe::Target& target, Duration patience) {
  auto probe = probe::make_probe(target);
  if (!probe) return failure(kFailed, "--probe: " + probe.error().message);
  const probe::Record record = probe::Prober(std::move(*probe), {1, patience}).finish();
  if (record.requests.front().answered()) return {};
  const std::string why = record.errors.empty() ? "nothing within " + config::to_text(patience)
                                                : record.errors.begin()->first;
  return failure(kFailed, target.text + " does not answer (" + why + "); nothing was migrated");
}

void measure(Program& program, const ImpactWanted& wanted) {
  if (wanted.calibrate) return calibrate(program);
  if (const std::string wrong = wrong_in(wanted); !wrong.empty())
    return program.fail({kUsage, wrong});
  if (const std::string wrong = wrong_for_a_vm(wanted.journey.settings); !wrong.empty())
    return program.fail({kUsage, wrong});
  const auto spans = spans_of(wanted);
  if (!spans) return program.fail(spans.error());
  const auto target = probe::parse_target(wanted.probe);
  if (!target) return program.fail({kUsage, "--probe: " + target.error().message});

  std::unique_ptr<Asker> asker;
  if (!wanted.journey.vm.empty()) {
    auto connected = program.environment().connect(program.options);
    if (!connected) return program.fail(connected.error());
    asker = std::move(*connected);
  }
  probe::raise_descriptor_limit();
  if (wanted.observe.empty())
    if (const auto answers = knock(*target, spans->patience); !answers)
      return program.fail(answers.error());
  auto probe = probe::make_probe(*target);
  if (!probe) return program.fail({kFailed, "--probe: " + probe.error().message});
  tell(program, "looking how fast the prober itself is");
  const auto saturation =
      probe::saturation_of(target->protocol, kHeadroom * wanted.rate, kHeadroom * wanted.rate);
  if (!saturation) return program.fail({kFailed, saturation.error().message});
  const Measured measured =
      Measurement(program, wanted, *spans).run(std::move(*probe), asker.get());
  if (measured.failure && measured.passages.empty()) return program.fail(*measured.failure);
  print_report(program, wanted, *spans, measured, *saturation);
  if (measured.failure) program.fail(*measured.failure);
}

}  // namespace

void add_impact(CLI::App& app, Program& program) {
  CLI::App* sub = app.add_subcommand(
      "impact", "Migrate a VM under steady load, and say what that cost the service in it");
  auto w = std::make_shared<ImpactWanted>();
  sub->add_option("VM", w->journey.vm, "Its name or id");
  sub->add_option("--to", w->journey.to, "The host that it shall go to");
  sub->add_option("--probe", w->probe,
                  "What is asked: http://…, https://…, udp://HOST:PORT/TEXT, or a command");
  sub->add_option("--rate", w->rate, "Requests a second, sent by schedule whatever is answered")
      ->capture_default_str();
  sub->add_option("--service-level", w->service_level, "What a request may take")
      ->capture_default_str();
  sub->add_option("--method", w->method, "As for `prumo migrate`");
  sub->add_option("--set", w->journey.settings, "KEY=VALUE of [migration], as for `prumo migrate`")
      ->allow_extra_args(false);
  sub->add_flag("--back", w->back, "Also migrates it back");
  sub->add_option("--before", w->before, "How long to ask before it")->capture_default_str();
  sub->add_option("--after", w->after, "How long to ask after it")->capture_default_str();
  sub->add_option("--give-up", w->patience, "How long a request is waited for")
      ->capture_default_str();
  sub->add_option("--plot", w->pictures,
                  "Also draws the run into this .svg or .png; may be given twice; needs gnuplot")
      ->allow_extra_args(false);
  sub->add_option("--around", w->around, "Measures around this command instead of a migration");
  sub->add_option("--observe", w->observe, "Only asks, for so long, and migrates nothing");
  sub->add_flag("--calibrate", w->calibrate, "Only says which rates the prober itself keeps here");
  sub->footer(
      "Open loop: each request is due by schedule, and its response time counts from then, so "
      "that\n"
      "what users would have asked during the downtime is not left out. Run it where the "
      "service's\n"
      "users are, not on the hosts involved. Examples:\n"
      "  prumo impact web3 --to h2 --probe http://web3/ --plot web3.svg\n"
      "  prumo impact db1 --to h4 --probe 'udp://db1:53/%00%01' --rate 500 --back\n"
      "  prumo impact --around 'virsh migrate --live web3 qemu+ssh://h2/system' --probe "
      "http://web3/");
  sub->callback([&program, w] {
    if (!w->method.empty()) w->journey.settings.push_back("method=" + w->method);
    measure(program, *w);
  });
}

}  // namespace prumo::cli
