#pragma once

#include <string>

#include "src/cli/program.h"

namespace prumo::cli {

enum class Secrecy : std::uint8_t { kPublic, kSecret /* for its owner alone */ };

/// Writes a whole file or none: a reader never sees half of it. Its folder is made when it is
/// missing. Error: it exists already and `force` is not set, or it can't be written.
[[nodiscard]] Tried<void> write_file(const std::string& path, const std::string& text, Secrecy,
                                     bool force);

/// Makes a folder and those above it; of a secret one only the owner may look into it.
[[nodiscard]] Tried<void> make_folder(const std::string& path, Secrecy);

}  // namespace prumo::cli
