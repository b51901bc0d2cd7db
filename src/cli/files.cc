#include "src/cli/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace prumo::cli {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Failure> cannot(const std::string& path, const char* what) {
  return failure(kFailed, path + ": can't be " + what + ": " + std::strerror(errno) +
                              "; choose a folder that you may write to");
}

bool write_all(int fd, const std::string& text) {
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t wrote = ::write(fd, text.data() + done, text.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return false;
    done += static_cast<std::size_t>(wrote);
  }
  return ::fsync(fd) == 0;
}

}  // namespace

Tried<void> make_folder(const std::string& path, Secrecy secrecy) {
  std::error_code error;
  const bool made = fs::create_directories(path, error);
  if (error) {
    errno = error.value();
    return cannot(path, "made");
  }
  if (made && secrecy == Secrecy::kSecret) ::chmod(path.c_str(), S_IRWXU);
  return {};
}

Tried<void> write_file(const std::string& path, const std::string& text, Secrecy secrecy,
                       bool force) {
  const std::string temporary = path + ".new";
  ::unlink(temporary.c_str());
  const mode_t mode = secrecy == Secrecy::kSecret ? 0600 : 0644;
  const int fd =
      ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
  if (fd < 0) return cannot(path, "written");
  const bool written = write_all(fd, text);
  const int why = errno;
  ::close(fd);
  if (!written) {
    ::unlink(temporary.c_str());
    errno = why;
    return cannot(path, "written");
  }
  // A link, unlike a rename, never replaces what is there.
  const int done =
      force ? ::rename(temporary.c_str(), path.c_str()) : ::link(temporary.c_str(), path.c_str());
  const int failed = errno;
  ::unlink(temporary.c_str());
  if (done == 0) return {};
  errno = failed;
  if (failed == EEXIST)
    return failure(kFailed,
                   path +
                       ": exists already; say --force to replace it, which makes the old one "
                       "worthless");
  return cannot(path, "written");
}

}  // namespace prumo::cli
