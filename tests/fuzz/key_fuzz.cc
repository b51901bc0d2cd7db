// A file that is said to hold a secret key: what passes as one has a public half.

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/folders.h"
#include "config/ids.h"
#include "src/transport/transport.h"
#include "tests/fuzz/input.h"

using namespace prumo;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const int file = memfd_create("secret", MFD_CLOEXEC);
  static const std::string path = "/proc/self/fd/" + std::to_string(file);
  fuzz::require(fchmod(file, S_IRUSR | S_IWUSR) == 0 && ftruncate(file, 0) == 0 &&
                    pwrite(file, data, size, 0) == static_cast<ssize_t>(size),
                "the file can be written");
  const auto secret = config::read_secret(path);
  if (!secret) {
    fuzz::require_one_line(secret.error().message);
    (void)transport::public_of(std::string(fuzz::text_of(data, size)));
    return 0;
  }
  const auto open = transport::public_of(*secret);
  fuzz::require(!open || config::is_key(*open), "a public key is a key");
  return 0;
}
