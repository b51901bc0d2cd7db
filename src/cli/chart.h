#pragma once
// Charts, drawn by gnuplot, which is run as a program: data and a few commands go in, an SVG or,
// where the file is named so, a PNG comes out. Colours are those of Okabe and Ito, which colour-blind people tell apart.

#include <string>

#include "src/cli/program.h"

namespace prumo::cli::chart {

inline constexpr const char* kBlue = "#0072B2";
inline constexpr const char* kOrange = "#E69F00";
inline constexpr const char* kRed = "#D55E00";
inline constexpr const char* kGreen = "#009E73";
inline constexpr const char* kSky = "#56B4E9";
inline constexpr const char* kGrey = "#999999";

/// Draws `commands` into a picture of that size in pixels. Errors: the file can't be written, gnuplot
/// is missing or fails.
Tried<void> draw(const std::string& path, int width, int height, const std::string& commands);

/// A text in gnuplot's quotes.
[[nodiscard]] std::string quoted(const std::string&);
/// `$name << end … end`; `rows` are lines of blank-separated cells.
[[nodiscard]] std::string block(const std::string& name, const std::string& rows);

}  // namespace prumo::cli::chart
