#include "src/hypervisor/shared_storage.h"

#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

namespace prumo::hypervisor {
namespace {

constexpr std::uint32_t kFuse = 0x65735546;
/// NFS, GFS2, OCFS2, AFS, SMB, CIFS, SMB2, Ceph, GPFS, Veritas CFS.
constexpr std::array<std::uint32_t, 10> kShared{0x6969,     0x01161970, 0x7461636F, 0x5346414F,
                                                0x517B,     0xFF534D42, 0xFE534D42, 0x00C36400,
                                                0x47504653, 0xA501FCF5};

bool is_below(const std::string& path, const std::string& folder) {
  if (folder == "/") return true;
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

}  // namespace

bool is_shared_fuse(const std::string& mounts, const std::string& path) {
  std::istringstream lines(mounts);
  std::string line;
  std::string best;
  std::string type_of_best;
  while (std::getline(lines, line)) {
    std::istringstream words(line);
    std::string source;
    std::string folder;
    std::string type;
    if (!(words >> source >> folder >> type) || !is_below(path, folder)) continue;
    // The longest folder holds the path; of two mounts at one folder the later lies on top.
    if (folder.size() < best.size()) continue;
    best = folder;
    type_of_best = type;
  }
  return type_of_best == "fuse.glusterfs" || type_of_best == "fuse.quobyte";
}

std::optional<std::uint32_t> file_system_of(const std::string& path) {
  struct statfs facts {};
  if (::statfs(path.c_str(), &facts) != 0) return std::nullopt;
  return static_cast<std::uint32_t>(facts.f_type);
}

bool on_shared_storage(const std::string& path, const TypeOf& type_of) {
  std::filesystem::path at(path);
  auto magic = type_of(at.string());
  while (!magic) {
    if (!at.has_relative_path()) return false;
    at = at.parent_path();
    magic = type_of(at.string());
  }
  if (std::find(kShared.begin(), kShared.end(), *magic) != kShared.end()) return true;
  if (*magic != kFuse) return false;
  std::error_code error;
  const auto real = std::filesystem::canonical(at, error);
  if (error) return false;
  std::ifstream stream("/proc/self/mounts");
  const std::string mounts(std::istreambuf_iterator<char>(stream), {});
  return is_shared_fuse(mounts, real.string());
}

}  // namespace prumo::hypervisor
