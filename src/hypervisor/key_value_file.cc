#include "src/hypervisor/key_value_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string_view>

namespace prumo::hypervisor {
namespace {

constexpr std::streamsize kMostBytes = 64 * 1024;

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

}  // namespace

tl::unexpected<Error> KeyValueFile::trouble(const std::string& what) const {
  return fail(path_.string() + ": " + what);
}

Result<KeyValueFile> KeyValueFile::read(const std::filesystem::path& path) {
  KeyValueFile file(path);
  std::ifstream stream(path);
  std::string content(static_cast<std::size_t>(kMostBytes) + 1, '\0');
  if (!stream) return file.trouble(std::string("can't be read: ") + std::strerror(errno));
  stream.read(content.data(), kMostBytes + 1);
  if (stream.bad()) return file.trouble("can't be read");
  if (stream.gcount() > kMostBytes) return file.trouble("longer than 64 KiB");
  content.resize(static_cast<std::size_t>(stream.gcount()));

  std::string_view rest = content;
  for (int number = 1; !rest.empty(); ++number) {
    const auto end = rest.find('\n');
    const std::string_view line = trimmed(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (line.empty() || line.front() == '#') continue;
    const auto equals = line.find('=');
    if (equals == std::string_view::npos)
      return file.trouble("line " + std::to_string(number) + " is not `key = value`");
    const std::string key(trimmed(line.substr(0, equals)));
    if (!file.values_.try_emplace(key, trimmed(line.substr(equals + 1))).second)
      return file.trouble("`" + key + "` is given twice");
  }
  return file;
}

Result<std::string> KeyValueFile::text(const std::string& key) const {
  const auto it = values_.find(key);
  if (it == values_.end() || it->second.empty()) return trouble("`" + key + "` is missing");
  return it->second;
}

std::string KeyValueFile::text_or(const std::string& key, std::string otherwise) const {
  const auto it = values_.find(key);
  return it == values_.end() ? std::move(otherwise) : it->second;
}

Result<double> KeyValueFile::amount(const std::string& key) const {
  const auto value = text(key);
  if (!value) return tl::unexpected(value.error());
  const auto number = parse_amount(*value);
  if (!number) return trouble("`" + key + "`: " + number.error().message);
  return number;
}

Result<double> KeyValueFile::amount_or(const std::string& key, double otherwise) const {
  return values_.contains(key) ? amount(key) : Result<double>(otherwise);
}

Result<LoadPattern> KeyValueFile::load_or(const std::string& key, LoadPattern otherwise) const {
  const auto it = values_.find(key);
  if (it == values_.end()) return otherwise;
  auto pattern = LoadPattern::parse(it->second);
  if (!pattern) return trouble("`" + key + "`: " + pattern.error().message);
  return pattern;
}

Result<bool> KeyValueFile::flag_or(const std::string& key, bool otherwise) const {
  const std::string value = text_or(key, otherwise ? "true" : "false");
  if (value != "true" && value != "false") return trouble("`" + key + "` is not true or false");
  return value == "true";
}

Result<void> KeyValueFile::write() const {
  static std::atomic<unsigned> counter{0};
  std::error_code error;
  std::filesystem::create_directories(path_.parent_path(), error);
  // Names that begin with a dot are never read as files of the folder.
  const std::filesystem::path temporary =
      path_.parent_path() / ("." + path_.filename().string() + "." + std::to_string(getpid()) +
                             "." + std::to_string(counter++));
  {
    std::ofstream stream(temporary, std::ios::trunc);
    for (const auto& [key, value] : values_) stream << key << " = " << value << '\n';
    stream.close();
    if (!stream) {
      std::filesystem::remove(temporary, error);
      return trouble("can't be written; is the folder writable and the disk not full?");
    }
  }
  std::filesystem::rename(temporary, path_, error);
  if (error) return trouble("can't be replaced: " + error.message());
  return {};
}

Result<FolderLock> FolderLock::take(const std::filesystem::path& folder) {
  const std::string path = (folder / "lock").string();
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) return fail(path + ": can't be opened: " + std::strerror(errno));
  while (::flock(fd, LOCK_EX) != 0) {
    if (errno == EINTR) continue;
    const std::string why = std::strerror(errno);
    ::close(fd);
    return fail(path + ": can't be locked: " + why);
  }
  return FolderLock(fd);
}

FolderLock::~FolderLock() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace prumo::hypervisor
