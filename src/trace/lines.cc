#include "src/trace/lines.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace prumo::trace {
namespace {

constexpr std::size_t kBlock = 1U << 20U;
constexpr std::size_t kLongest = 4096;

}  // namespace

Lines::Lines(std::string path, std::FILE* file, std::uint64_t size)
    : path_(std::move(path)), file_(file), size_(size) {}

Result<Lines> Lines::open(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "rbe");
  if (file == nullptr)
    return fail(path + ": " + std::strerror(errno) + "; name a trace, a folder or one CSV file");
  struct stat info {};
  if (::fstat(::fileno(file), &info) != 0 || S_ISDIR(info.st_mode)) {
    std::fclose(file);
    return fail(path + ": is a folder; a trace is a folder with samples.csv, or one CSV file");
  }
  return Lines(path, file, static_cast<std::uint64_t>(std::max<off_t>(info.st_size, 0)));
}

Lines Lines::of(std::string text, const std::string& name) {
  Lines lines(name, nullptr, text.size());
  lines.block_ = std::move(text);
  return lines;
}

bool Lines::fill() {
  if (!file_) return false;
  block_.erase(0, at_);
  at_ = 0;
  const std::size_t kept = block_.size();
  block_.resize(kept + kBlock);
  const std::size_t got = std::fread(block_.data() + kept, 1, kBlock, file_.get());
  block_.resize(kept + got);
  read_ += got;
  return got > 0;
}

Result<bool> Lines::next(std::string_view& line) {
  std::size_t end = block_.find('\n', at_);
  while (end == std::string::npos && block_.size() - at_ <= kLongest && fill())
    end = block_.find('\n', at_);
  if (file_ && std::ferror(file_.get()) != 0)
    return fail(path_ + ": " + std::strerror(errno) + "; it can't be read to its end");
  if (end == std::string::npos && at_ == block_.size()) return false;
  ++number_;
  const std::size_t until = end == std::string::npos ? block_.size() : end;
  if (until - at_ > kLongest)
    return fail(path_ + ":" + std::to_string(number_) +
                ": longer than 4096 bytes; is this a trace?");
  line = std::string_view(block_).substr(at_, until - at_);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  at_ = std::min(until + 1, block_.size());
  return true;
}

double Lines::progress() const {
  const double done =
      file_ ? static_cast<double>(read_ - (block_.size() - at_)) : static_cast<double>(at_);
  return size_ > 0 ? std::min(1.0, done / static_cast<double>(size_)) : 0;
}

}  // namespace prumo::trace
