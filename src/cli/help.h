#pragma once
// What --help prints: CLI11's text, folded so that it reads well on the narrowest of terminals.

#include <CLI/CLI.hpp>
#include <string>

namespace prumo::cli {

class Help : public CLI::Formatter {
 public:
  static constexpr std::size_t kWidth = 80;  ///< columns

  [[nodiscard]] std::string make_help(const CLI::App*, std::string name,
                                      CLI::AppFormatMode) const override;
};

}  // namespace prumo::cli
