#pragma once
// What is damaged is moved away, never deleted and never repaired: somebody may want to look at it.

#include <string>

#include "src/core/result.h"

namespace prumo::store {

/// Renames a database and its side files (-wal, -shm, -journal) to `path`.corrupt-N with the first
/// free N from 1, and returns the new name. Error: the folder can't be written, or there are 1000
/// of them.
[[nodiscard]] Result<std::string> set_aside(const std::string& path);

}  // namespace prumo::store
