#include "src/cli/accuracy.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "src/cli/reading.h"
#include "src/cli/table.h"

namespace prumo::cli {
namespace {

using nlohmann::json;

struct Figure {
  const char* key;
  const char* head;
  const char* words;
  const char* unit;
  int decimals;
};
constexpr std::array<Figure, 3> kFigures{{{"total_s", "TOTAL", "total time", "s", 2},
                                          {"downtime_ms", "DOWN", "downtime", "ms", 0},
                                          {"copied_mib", "COPIED", "bytes copied", "MiB", 0}}};

json compared(double predicted, double measured) {
  json out{{"predicted", predicted}, {"measured", nullptr}, {"error_percent", nullptr}};
  if (!(measured > 0)) return out;
  out["measured"] = measured;
  out["error_percent"] = 100 * (predicted - measured) / measured;
  return out;
}

json summary_of(const std::vector<double>& errors) {
  json out{{"migrations", errors.size()},
           {"mean_error_percent", nullptr},
           {"median_absolute_error_percent", nullptr},
           {"worst_error_percent", nullptr}};
  if (errors.empty()) return out;
  double sum = 0;
  std::vector<double> sizes;
  for (const double error : errors) {
    sum += error;
    sizes.push_back(std::abs(error));
  }
  std::sort(sizes.begin(), sizes.end());
  out["mean_error_percent"] = sum / static_cast<double>(errors.size());
  out["median_absolute_error_percent"] = sizes[sizes.size() / 2];
  out["worst_error_percent"] = *std::max_element(
      errors.begin(), errors.end(), [](double a, double b) { return std::abs(a) < std::abs(b); });
  return out;
}

std::string percent(const json& of, const char* key) {
  if (!of.contains(key) || !of[key].is_number()) return "-";
  const double value = of[key].get<double>();
  const std::string size = decimal(std::abs(value), 0);
  return (size == "0" ? "" : value < 0 ? "-" : "+") + size + " %";
}

Cell cell_of(const json& pair, const Figure& f) {
  if (percent(pair, "error_percent") == "-")
    return {decimal(number_of(pair, "predicted"), f.decimals) + " / ? " + f.unit, Tone::kPlain,
            true};
  return {decimal(number_of(pair, "predicted"), f.decimals) + " / " +
              decimal(number_of(pair, "measured"), f.decimals) + " " + f.unit + ", " +
              percent(pair, "error_percent"),
          Tone::kPlain, true};
}

}  // namespace

json accuracy_of(const json& answer) {
  json migrations = json::array();
  std::array<std::vector<double>, kFigures.size()> errors;
  for (const json& m : list_of(answer, "past")) {
    const json& predicted = part_of(m, "prediction");
    if (text_of(m, "outcome") != "done" || predicted.empty()) continue;
    json row{{"op", text_of(m, "op")},
             {"vm", text_of(m, "vm")},
             {"from", text_of(m, "from")},
             {"to", text_of(m, "to")},
             {"time", text_of(m, "time")},
             {"method", text_of(predicted, "method", "?")},
             {"converges", flag_of(predicted, "converges")},
             {"dirty_mib_s", nullptr}};
    if (const double dirty = number_of(predicted, "dirty_mib_s", -1); dirty >= 0)
      row["dirty_mib_s"] = dirty;
    for (std::size_t i = 0; i < kFigures.size(); ++i) {
      const char* key = kFigures[i].key;
      row[key] = compared(number_of(predicted, key), number_of(m, key));
      if (row[key]["error_percent"].is_number())
        errors[i].push_back(row[key]["error_percent"].get<double>());
    }
    migrations.push_back(std::move(row));
  }
  json summary = json::object();
  for (std::size_t i = 0; i < kFigures.size(); ++i)
    summary[kFigures[i].key] = summary_of(errors[i]);
  return {{"migrations", std::move(migrations)},
          {"summary", std::move(summary)},
          {"unanswered", list_of(answer, "unanswered")}};
}

std::string render_accuracy(const json& document, const Style& style) {
  const json& migrations = list_of(document, "migrations");
  if (migrations.empty())
    return "No migration that was predicted has ended yet.\n" + unanswered(document);
  Table table({{"OPERATION"},
               {"VM"},
               {"METHOD"},
               {kFigures[0].head, Tone::kPlain, true},
               {kFigures[1].head, Tone::kPlain, true},
               {kFigures[2].head, Tone::kPlain, true}});
  for (const json& m : migrations)
    table.add({{text_of(m, "op", "?"), Tone::kBold},
               {text_of(m, "vm", "?")},
               {text_of(m, "method", "?")},
               cell_of(part_of(m, kFigures[0].key), kFigures[0]),
               cell_of(part_of(m, kFigures[1].key), kFigures[1]),
               cell_of(part_of(m, kFigures[2].key), kFigures[2])});
  std::string out = table.render(style) + "\n";
  out += paragraph(
      "Predicted / measured, and the error of the prediction in percent of what was "
      "measured.",
      style);
  for (const Figure& f : kFigures) {
    const json& s = part_of(part_of(document, "summary"), f.key);
    if (number_of(s, "migrations") < 1) continue;
    out += paragraph(std::string(f.words) + ": half are within " +
                         decimal(number_of(s, "median_absolute_error_percent"), 0) + " %" +
                         ", on average " + percent(s, "mean_error_percent") + ", at worst " +
                         percent(s, "worst_error_percent") + " (of " +
                         decimal(number_of(s, "migrations"), 0) + ")",
                     style);
  }
  return out + unanswered(document);
}

}  // namespace prumo::cli
