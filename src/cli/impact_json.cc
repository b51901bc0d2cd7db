#include "src/cli/impact_json.h"

namespace prumo::cli {
namespace {

using nlohmann::json;

double ms(Duration d) { return static_cast<double>(d.count()) / 1e3; }
json ms_or_null(const std::optional<Duration>& d) { return d ? json(ms(*d)) : json(nullptr); }

json statistics_json(const impact::Statistics& s) {
  const impact::Percentiles& p = s.response_time;
  return {{"span_s", seconds(s.span)},
          {"offered", s.offered},
          {"offered_per_s", s.offered_per_s()},
          {"throughput_per_s", s.throughput_per_s()},
          {"refused", s.refused},
          {"unanswered", s.unanswered},
          {"failed_share", s.failed_share()},
          {"over_share", s.over_share()},
          {"p50_ms", ms_or_null(p.p50)},
          {"p95_ms", ms_or_null(p.p95)},
          {"p99_ms", ms_or_null(p.p99)},
          {"max_ms", ms_or_null(p.most)},
          {"mean_answered_ms", ms(s.mean_answered)},
          {"longest_answered_ms", ms(s.longest_answered)}};
}

json silence_json(const std::optional<impact::Silence>& silence) {
  if (!silence) return nullptr;
  return {{"ms", ms(silence->window.span())},
          {"begin_s", seconds(silence->window.begin)},
          {"due", silence->due},
          {"lost", silence->lost},
          {"ended", silence->ended}};
}

json passage_json(const impact::PassageReport& r) {
  const impact::Passage& p = r.passage;
  return {{"op", p.operation},
          {"from", p.from},
          {"to", p.to},
          {"outcome", p.outcome},
          {"reason", p.reason},
          {"begin_s", seconds(p.window.begin)},
          {"end_s", seconds(p.window.end)},
          {"total_s", p.total ? json(seconds(*p.total)) : json(nullptr)},
          {"downtime_ms", ms_or_null(p.downtime)},
          {"silence", silence_json(r.silence)},
          {"before", statistics_json(r.before)},
          {"during", statistics_json(r.during)},
          {"after", statistics_json(r.after)}};
}

}  // namespace

json impact_json(const impact::Report& report) {
  json passages = json::array();
  for (const impact::PassageReport& r : report.passages) passages.push_back(passage_json(r));
  return {{"whole", statistics_json(report.whole)},
          {"silence", silence_json(report.silence)},
          {"passages", std::move(passages)}};
}

json series_json(const std::vector<impact::Statistics>& series) {
  json out = json::array();
  Duration begin{0};
  for (const impact::Statistics& s : series) {
    json point = statistics_json(s);
    point["s"] = seconds(begin);
    begin += s.span;
    out.push_back(std::move(point));
  }
  return out;
}

}  // namespace prumo::cli
