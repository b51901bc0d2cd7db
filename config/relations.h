#pragma once

#include <string>

#include "config/config.h"

namespace prumo::config {

/// A value that contradicts another one.
struct Contradiction {
  std::string first;   ///< key
  std::string second;  ///< key
  std::string words;   ///< between them: "must be below"
  std::string cure;    ///< "raise promise to 2.2s or more"
};

/// The first pair of values that do not go together; empty `first`: there is none.
[[nodiscard]] Contradiction contradiction(const Config&);

}  // namespace prumo::config
