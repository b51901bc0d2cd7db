#include "policy/render.h"

#include <gtest/gtest.h>

#include <sstream>

#include "policy/layout.h"
#include "tests/unit/policy/cluster.h"

namespace prumo::policy::testing {
namespace {

Snapshot lab() {
  Snapshot s{{host("h1", {93.4, 44, 1}), host("h2", {18, 30, 1}), host("h3", {63, 35, 2}),
              host("h4", {81, 61, 17}), host("h5", {52, 28, 3})},
             {vm("web3", "h1", {16.9, 9.9, 0}, 50.58), vm("web2", "h1", {37.2, 10.4, 0}, 81.74),
              vm("db1", "h1", {29.8, 49.4, 0}, 388.12)}};
  s.hosts[4].closed = "settling for 9 s after receiving db7";
  return s;
}

TEST(Rendering, OfARelief) {
  EXPECT_EQ(render(relieve(lab(), HostId("h1"), {})),
            "web3 from h1 to h3\n"
            "  h1 was overloaded: cpu 0.934 > 0.900\n"
            "  web3 goes to h3: cheapest, and enough, to the fullest host that fits\n"
            "  VM     VOLUME     IMAGE    COST  h1 WITHOUT IT\n"
            "  web3     1.34    51 MiB   11.82  cpu 0.765      leaves: cheapest, and enough\n"
            "  web2     1.78    82 MiB   17.67  cpu 0.562      would do, dearer\n"
            "  db1      2.82   388 MiB   54.10  cpu 0.636      would do, dearer\n"
            "  Where web3 fits, fullest first\n"
            "  h4    no   cpu 0.979 > 0.850, lacks 12.9 cores\n"
            "  h3    yes  cpu 0.799, memory 0.449       chosen: the fullest that fits\n"
            "  h5    no   settling for 9 s after receiving db7\n"
            "  h2    yes  cpu 0.349, memory 0.399       kept free for something bigger\n");
}

TEST(Rendering, OfNoReliefBeginsWithTheReason) {
  Snapshot s = lab();
  s.hosts.resize(1);
  const std::string text = render(relieve(s, HostId("h1"), {}));
  EXPECT_EQ(text.rfind("No relief for h1: there is no other host\n", 0), 0U) << text;
}

TEST(Rendering, OfAHostWithoutFigures) {
  EXPECT_EQ(render(relieve({}, HostId("h9"), {})), "No relief for h9: no figures of this host\n");
}

TEST(Rendering, StaysWithinEightyColumnsAndAPage) {
  Snapshot s = lab();
  for (int i = 0; i < 200; ++i) {
    s.hosts.push_back(host("a-host-with-a-rather-long-name-" + std::to_string(i), {60, 60, 0}));
    s.vms.push_back(vm("a-vm-with-a-rather-long-name-" + std::to_string(i), "h1", {1, 1, 0}, 60));
  }
  for (const bool infeasible : {false, true}) {
    if (infeasible) {
      for (Host& h : s.hosts) h.usage.cpu = 93;
    }
    std::istringstream lines(render(relieve(s, HostId("h1"), {})));
    int count = 0;
    for (std::string line; std::getline(lines, line); ++count)
      EXPECT_LE(columns_of(line), kColumns) << line;
    EXPECT_LT(count, 80);
  }
}

TEST(Rendering, KeepsControlCharactersFromTheTerminal) {
  Snapshot s = lab();
  s.vms[0].name = "web\x1b[2J";
  s.vms[1].pinned = "a\nb";
  EXPECT_EQ(render(relieve(s, HostId("h1"), {})).find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace prumo::policy::testing
