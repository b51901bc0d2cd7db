#pragma once
// A folder that looks like /proc and /sys of a host.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/scratch_folder.h"

namespace prumo::host {

class HostFolder : public ::testing::Test {
 protected:
  HostFolder() { std::filesystem::create_directories(net()); }

  [[nodiscard]] std::filesystem::path net() const { return folder_ / "sys/class/net"; }

  void write(const std::filesystem::path& file, const std::string& content) {
    std::filesystem::create_directories((folder_ / file).parent_path());
    std::ofstream(folder_ / file) << content;
  }
  /// `kind`: what tells a physical interface ("device") or a bond ("bonding") from the rest.
  void interface(const std::string& name, const std::string& kind, const std::string& speed,
                 const std::string& state = "up") {
    const std::filesystem::path at = std::filesystem::path("sys/class/net") / name;
    if (!kind.empty()) std::filesystem::create_directories(folder_ / at / kind);
    if (!speed.empty()) write(at / "speed", speed + "\n");
    write(at / "operstate", state + "\n");
    counters(name, 0, 0);
  }
  void counters(const std::string& name, std::uint64_t received, std::uint64_t sent) {
    const std::filesystem::path at = std::filesystem::path("sys/class/net") / name / "statistics";
    write(at / "rx_bytes", std::to_string(received) + "\n");
    write(at / "tx_bytes", std::to_string(sent) + "\n");
  }
  void master(const std::string& slave, const std::string& of) {
    std::filesystem::create_symlink("../" + of, net() / slave / "master");
  }

  const ScratchFolder scratch_;
  const std::filesystem::path folder_ = scratch_.path();
};

}  // namespace prumo::host
