// The bytes of state.db: a daemon starts from them, sets them aside, or says in one line why it
// does not.

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "src/store/store.h"
#include "tests/fuzz/input.h"

using namespace prumo;
namespace fs = std::filesystem;

namespace {

/// In memory, as syncing a disk a million times would take days.
const std::string& folder() {
  static const std::string path = "/dev/shm/prumo-fuzz-" + std::to_string(getpid());
  return path;
}

void remove_folder() { fs::remove_all(folder()); }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const bool made = fs::create_directories(folder()) && std::atexit(remove_folder) == 0;
  fuzz::require(made, "there is a folder in memory");
  for (const auto& entry : fs::directory_iterator(folder())) fs::remove(entry);
  std::ofstream(folder() + "/state.db", std::ios::binary) << fuzz::text_of(data, size);

  auto opened = store::open_state(folder());
  if (!opened) {
    fuzz::require_one_line(opened.error().message);
    return 0;
  }
  if (const auto written = opened->store->write(opened->restored.state); !written)
    fuzz::require_one_line(written.error().message);
  return 0;
}
