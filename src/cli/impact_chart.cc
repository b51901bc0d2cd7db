#include "src/cli/impact_chart.h"

#include <algorithm>

#include "src/cli/chart.h"
#include "src/cli/table.h"

namespace prumo::cli {
namespace {

std::string ms_text(const std::optional<Duration>& d) {
  return d ? decimal(static_cast<double>(d->count()) / 1e3, 3) : "NaN";
}

std::string band(int number, impact::Window window, const char* colour) {
  return "set object " + std::to_string(number) + " rectangle from " +
         decimal(seconds(window.begin), 3) + ",graph 0 to " + decimal(seconds(window.end), 3) +
         ",graph 1 behind fillcolor rgb '" + colour + "' fillstyle solid noborder\n";
}

std::string bands(const impact::Report& report) {
  std::string out;
  int number = 1;
  for (const impact::PassageReport& r : report.passages) {
    out += band(number++, r.passage.window, "#FFF1D6");
    if (r.silence) out += band(number++, r.silence->window, "#E8C7B8");
  }
  return out;
}

}  // namespace

Tried<void> draw_impact(const std::string& path, const std::vector<impact::Statistics>& series,
                        const impact::Report& report, Duration service_level) {
  std::string rows;
  Duration begin{0};
  for (const impact::Statistics& s : series) {
    const std::string longest =
        s.longest_answered > Duration{0} ? ms_text(s.longest_answered) : "NaN";
    rows += decimal(seconds(begin + s.span / 2), 3) + " " + ms_text(s.response_time.p50) + " " +
            longest + " " + decimal(s.throughput_per_s(), 2) + " " + decimal(s.offered_per_s(), 2) +
            " " + decimal(s.failed_share() * s.offered_per_s(), 2) + "\n";
    begin += s.span;
  }
  const auto lines = [](const std::string& columns, const char* colour, const char* title) {
    return "$run using " + columns + " with lines linewidth 1.5 linecolor rgb '" + colour +
           "' title '" + title + "'";
  };
  const std::string level = decimal(static_cast<double>(service_level.count()) / 1e3, 3);
  return chart::draw(
      path, 1100, 640,
      chart::block("run", rows) + bands(report) +
          "set multiplot layout 2,1\nset lmargin 10\nset rmargin 24\n"
          "set xrange [0:" +
          decimal(std::max(seconds(begin), 0.1), 3) +
          "]\nset key outside right top\n"
          "set logscale y\nset ylabel 'response time (ms)'\n"
          "plot " +
          lines("1:2", chart::kBlue, "median") + ", " +
          "$run using 1:3 with points pointtype 7 pointsize 0.3 linecolor rgb '" + chart::kOrange +
          "' title 'slowest', " + level +
          " with lines linewidth 1.5 dashtype 3 linecolor rgb '#333333' title 'service level'\n"
          "unset logscale y\nset yrange [0:*]\nset xlabel 'time (seconds)'\n"
          "set ylabel 'requests per second'\n"
          "plot " +
          lines("1:5", chart::kGrey, "due") + ", " + lines("1:4", chart::kGreen, "answered") +
          ", " + lines("1:6", chart::kRed, "failed") +
          ", NaN with boxes fillstyle solid linecolor rgb '#FFF1D6' title 'migration'" +
          ", NaN with boxes fillstyle solid linecolor rgb '#E8C7B8' title 'silence'\n"
          "unset multiplot\n");
}

}  // namespace prumo::cli
