#pragma once

#include <memory>

#include "src/cli/program.h"

namespace prumo::cli {

/// Connects to the daemon that `options` name; the cluster id, and over tcp the daemon's key, come
/// from the configuration when they are not given. Errors: bad options (kUsage), nothing listens
/// (kSilent).
[[nodiscard]] Tried<std::unique_ptr<Asker>> connect(const Options& options);

}  // namespace prumo::cli
