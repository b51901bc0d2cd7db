#include "policy/likely.h"

#include <gtest/gtest.h>

#include "tests/unit/policy/cluster.h"

namespace prumo::policy {
namespace {

using testing::host;
using testing::vm;

std::vector<std::string> likely(const Host& h, const std::vector<Vm>& vms, std::size_t most) {
  std::vector<std::string> out;
  for (const VmId& id : likely_to_leave(h, vms, {}, most)) out.push_back(id.value);
  return out;
}

TEST(Likely, WhoIsEnoughAloneComesFirstThenTheCheapest) {
  const std::vector<Vm> vms{vm("big", "h", {20, 0, 0}, 900), vm("enough", "h", {12, 0, 0}, 400),
                            vm("small", "h", {2, 0, 0}, 10), vm("mid", "h", {5, 0, 0}, 50)};
  EXPECT_EQ(likely(host("h", {95, 10, 0}), vms, 3),
            (std::vector<std::string>{"enough", "big", "small"}));
}

TEST(Likely, WhatStaysIsNotMeasured) {
  std::vector<Vm> vms{vm("a", "h", {20, 0, 0}), vm("b", "h", {20, 0, 0})};
  vms[0].pinned = "passthrough device";
  EXPECT_EQ(likely(host("h", {95, 10, 0}), vms, 8), std::vector<std::string>{"b"});
}

TEST(Likely, NobodyOfAHostThatIsAtItsTarget) {
  EXPECT_TRUE(likely(host("h", {85, 10, 0}), {vm("a", "h", {20, 0, 0})}, 8).empty());
}

}  // namespace
}  // namespace prumo::policy
