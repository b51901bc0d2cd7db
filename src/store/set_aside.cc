#include "src/store/set_aside.h"

#include <array>
#include <filesystem>
#include <system_error>

namespace prumo::store {

namespace fs = std::filesystem;

Result<std::string> set_aside(const std::string& path) {
  std::error_code error;
  for (int n = 1; n <= 1000; ++n) {
    const std::string target = path + ".corrupt-" + std::to_string(n);
    if (fs::exists(target, error)) continue;
    // The side files go first: should this stop half-way, the next start finds the damaged file
    // again.
    for (const char* side : std::array{"-wal", "-shm", "-journal", ""}) {
      if (!fs::exists(path + side, error)) continue;
      fs::rename(path + side, target + side, error);
      if (error)
        return fail(path + ": damaged, and can't be renamed: " + error.message() +
                    "; move it away by hand");
    }
    return target;
  }
  return fail(path + ": damaged, and there are 1000 older ones; remove " + path + ".corrupt-*");
}

}  // namespace prumo::store
