#include "src/cli/replay_chart.h"

#include <algorithm>

#include "src/cli/chart.h"
#include "src/cli/table.h"

namespace prumo::cli {
namespace {

constexpr std::size_t kMostPoints = 2000;
constexpr std::size_t kMostMarks = 5000;

double percent(const Utilisation& u) {
  return 100 * std::max({u.cpu, u.memory, u.network}).as_double();
}

struct Axis {
  double unit_s;
  const char* label;
};
Axis axis_for(Duration span) {
  if (span >= 48h) return {86400, "time (days)"};
  if (span >= 2h) return {3600, "time (hours)"};
  if (span >= 2min) return {60, "time (minutes)"};
  return {1, "time (seconds)"};
}

}  // namespace

void ReplayChart::add(const replay::Replay& run, Duration time, const replay::Decision* decision) {
  const auto& hosts = run.cluster().hosts();
  hosts_ = hosts.size();
  std::vector<double> levels;
  levels.reserve(hosts.size());
  for (const replay::HostView& host : hosts) levels.push_back(percent(host.utilisation));
  if (decision != nullptr && marks_.size() < kMostMarks) {
    const auto& named = run.cluster().snapshot().hosts;
    for (const replay::Decided& d : decision->hosts) {
      const auto at = std::find_if(named.begin(), named.end(),
                                   [&](const policy::Host& host) { return host.id == d.host; });
      if (!d.moves.empty())
        marks_.push_back({time, levels[static_cast<std::size_t>(at - named.begin())]});
    }
  }
  if (held_ == 0) points_.push_back({time, {}, 0, 0, 1e9});
  Point& point = points_.back();
  for (std::size_t h = 0; h < std::min(kLines, levels.size()); ++h)
    point.host[h] = std::max(point.host[h], levels[h]);
  std::sort(levels.begin(), levels.end());
  if (!levels.empty()) {
    point.fullest = std::max(point.fullest, levels.back());
    point.emptiest = std::min(point.emptiest, levels.front());
    if (held_ == 0) point.middle = levels[levels.size() / 2];
  }
  held_ = (held_ + 1) % stride_;
  if (held_ == 0 && points_.size() >= kMostPoints) halve();
}

void ReplayChart::halve() {
  std::vector<Point> half;
  for (std::size_t i = 0; i + 1 < points_.size(); i += 2) {
    Point p = points_[i];
    const Point& q = points_[i + 1];
    for (std::size_t h = 0; h < kLines; ++h) p.host[h] = std::max(p.host[h], q.host[h]);
    p.fullest = std::max(p.fullest, q.fullest);
    p.emptiest = std::min(p.emptiest, q.emptiest);
    half.push_back(p);
  }
  points_ = std::move(half);
  stride_ *= 2;
}

Tried<void> ReplayChart::draw(const std::string& path, const replay::Names& names) const {
  static constexpr std::array<const char*, kLines> kColours{
      chart::kBlue, chart::kOrange, chart::kGreen, chart::kRed,
      chart::kSky,  "#CC79A7",      "#000000",     chart::kGrey};
  const Duration begin = points_.front().time;
  const Axis axis = axis_for(points_.back().time - begin);
  const auto at = [&](Duration time) { return decimal(seconds(time - begin) / axis.unit_s, 5); };
  const bool lines = hosts_ <= kLines;
  std::string rows;
  for (const Point& p : points_) {
    rows += at(p.time) + " " + decimal(p.fullest, 2) + " " + decimal(p.middle, 2) + " " +
            decimal(p.emptiest, 2);
    for (const double level : p.host) rows += " " + decimal(level, 2);
    rows += "\n";
  }
  std::string marks;
  for (const Mark& m : marks_) marks += at(m.time) + " " + decimal(m.level, 2) + "\n";
  std::string plot;
  const auto line = [&](int column, const char* colour, const std::string& title) {
    plot += "$level using 1:" + std::to_string(column) + " with lines linewidth 2 linecolor rgb '" +
            colour + "' title " + chart::quoted(title) + ", ";
  };
  if (lines) {
    for (std::size_t h = 0; h < hosts_; ++h)
      line(static_cast<int>(h) + 5, kColours[h], names.hosts[h].value);
  } else {
    plot += std::string("$level using 1:4:2 with filledcurves fillcolor rgb '") + chart::kSky +
            "' fillstyle transparent solid 0.25 noborder title 'all hosts', ";
    line(2, chart::kBlue, "fullest host");
    line(3, chart::kGreen, "middle host");
  }
  const auto limit = [](double value, const char* dash, const char* title) {
    return decimal(100 * value, 3) + " with lines linewidth 1.5 dashtype " + dash +
           " linecolor rgb '#333333' title '" + title + " " + decimal(100 * value, 0) + " %'";
  };
  plot += limit(settings_.policy.overload, "1", "overload") + ", " +
          limit(settings_.policy.target, "3", "target");
  if (!marks.empty())
    plot +=
        std::string(", $moves using 1:2 with points pointtype 11 pointsize 0.9 linecolor rgb '") +
        (lines ? "#000000" : chart::kRed) + "' title 'a VM leaves'";
  return chart::draw(path, 1100, 480,
                     chart::block("level", rows) +
                         (marks.empty() ? "" : chart::block("moves", marks)) + "set xlabel '" +
                         axis.label +
                         "'\nset ylabel 'fullest resource, smoothed (% of capacity)'\n"
                         "set yrange [0:*]\nset key outside right top\nplot " +
                         plot + "\n");
}

}  // namespace prumo::cli
