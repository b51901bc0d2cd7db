#pragma once
// A folder of simulated hosts that is gone after the test.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "src/hypervisor/hypervisor.h"
#include "src/hypervisor/key_value_file.h"
#include "src/hypervisor/simulated_folder.h"
#include "tests/support/scratch_folder.h"

namespace prumo::hypervisor {

class SimulatedScene : public ::testing::Test {
 protected:
  SimulatedScene() {
    for (const char* id : {"h1", "h2"}) host(id);
  }

  void host(const std::string& id, Resources capacity = {4, 8192, 1000}) {
    SimulatedHost host;
    host.id = HostId(id);
    host.capacity = capacity;
    host.base = {LoadPattern(0.5), LoadPattern(1024), LoadPattern(10)};
    ASSERT_TRUE(define_host(folder_, host));
  }
  [[nodiscard]] static SimulatedVm vm(const std::string& id, const std::string& host) {
    SimulatedVm vm;
    vm.id = VmId(id);
    vm.name = "name-of-" + id;
    vm.host = HostId(host);
    vm.memory_mib = 2048;
    vm.image_mib = 1000;
    vm.load = {LoadPattern(1.5), LoadPattern(1000), LoadPattern(100)};
    return vm;
  }
  void put(const SimulatedVm& vm) { ASSERT_TRUE(define_vm(folder_, vm)); }
  void write(const std::string& file, const std::string& content) {
    std::filesystem::create_directories((folder_ / file).parent_path());
    std::ofstream(folder_ / file) << content;
  }
  [[nodiscard]] SimulatedOptions options(const std::string& host) const {
    return {folder_.string(), HostId(host), 1e9};
  }
  [[nodiscard]] std::unique_ptr<Hypervisor> on(const std::string& host) const {
    return *make_simulated(options(host));
  }
  [[nodiscard]] SimulatedWorld world_at(Instant now) const {
    const auto lock = FolderLock::take(folder_);
    return *resolve(folder_, now);
  }

  const ScratchFolder scratch_;
  const std::filesystem::path folder_ = scratch_.path();
};

}  // namespace prumo::hypervisor
