#pragma once
// A run as a picture: how full the hosts were over time, the limits, and where VMs left. Up to
// eight hosts have a line each; of more, the fullest, the middle and the emptiest are drawn. It
// holds a bounded number of points: when they are too many, two and two become one.

#include <array>
#include <string>
#include <vector>

#include "src/cli/program.h"
#include "src/replay/replay.h"

namespace prumo::cli {

class ReplayChart {
 public:
  explicit ReplayChart(const replay::Settings& settings) : settings_(settings) {}

  /// After each step.
  void add(const replay::Replay&, Duration time, const replay::Decision*);
  Tried<void> draw(const std::string& path, const replay::Names&) const;

 private:
  static constexpr std::size_t kLines = 8;
  struct Point {
    Duration time{0};
    std::array<double, kLines> host{};  ///< percent
    double fullest = 0;
    double middle = 0;
    double emptiest = 0;
  };
  struct Mark {
    Duration time{0};
    double level = 0;  ///< percent, of the source
  };
  void halve();

  replay::Settings settings_;
  std::vector<Point> points_;
  std::vector<Mark> marks_;
  std::size_t stride_ = 1;  ///< steps that one point stands for
  std::size_t held_ = 0;    ///< steps in the last point
  std::size_t hosts_ = 0;
};

}  // namespace prumo::cli
