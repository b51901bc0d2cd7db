#include "src/hypervisor/domain_xml.h"

#include <gtest/gtest.h>

namespace prumo::hypervisor {
namespace {

bool under_shared(const std::string& path) { return path.starts_with("/shared/"); }

std::string pinned(const std::string& devices, const std::string& rest = "") {
  return traits_of("<domain type='kvm'>" + rest + "<devices>" + devices + "</devices></domain>",
                   under_shared)
      .pinned;
}

TEST(Pinned, AnOrdinaryVmIsNot) {
  EXPECT_EQ(
      pinned("<disk type='file' device='disk'><source file='/shared/a.qcow2'/><target "
             "dev='vda'/></disk>"
             "<disk type='block' device='disk'><source dev='/dev/vg/b'/><target dev='vdb'/></disk>"
             "<disk type='network' device='disk'><source protocol='rbd' name='p/c'/></disk>"
             "<disk type='file' device='cdrom'><target dev='sda'/><readonly/></disk>"
             "<interface type='bridge'><source bridge='br0'/></interface>"
             "<serial type='pty'/><tpm><backend type='emulator'/></tpm>"),
      "");
}

TEST(Pinned, AVmOnALocalDiskIs) {
  EXPECT_EQ(pinned("<disk type='file'><source file='/var/lib/a.img'/><target dev='vda'/></disk>"),
            "disk vda is not on shared storage: /var/lib/a.img");
}

TEST(Pinned, AVmWhoseDiskIsLayeredOnALocalFileIs) {
  EXPECT_NE(pinned("<disk type='file'><source file='/shared/a'/><backingStore type='file'>"
                   "<source file='/shared/b'/><backingStore type='file'><source file='/local/c'/>"
                   "<backingStore/></backingStore></backingStore></disk>")
                .find("/local/c"),
            std::string::npos);
}

TEST(Pinned, ALocalMediumIsUnlessItMayBeLeftOut) {
  const std::string head = "<disk type='file' device='cdrom'><source file='/iso/a.iso'";
  EXPECT_NE(pinned(head + "/></disk>"), "");
  EXPECT_EQ(pinned(head + " startupPolicy='optional'/></disk>"), "");
  EXPECT_EQ(pinned(head + " startupPolicy='requisite'/></disk>"), "");
  EXPECT_NE(pinned(head + " startupPolicy='mandatory'/></disk>"), "");
}

TEST(Pinned, AVmWithADeviceOfThisHostIs) {
  for (const char* device :
       {"<hostdev mode='subsystem' type='pci'/>", "<hostdev mode='subsystem' type='usb'/>",
        "<hostdev mode='subsystem' type='mdev'/>", "<hostdev mode='capabilities' type='storage'/>",
        "<interface type='hostdev'/>", "<interface type='vdpa'/>", "<serial type='dev'/>",
        "<parallel type='dev'/>", "<tpm><backend type='passthrough'/></tpm>",
        "<filesystem type='mount'/>", "<filesystem><driver type='virtiofs'/></filesystem>",
        "<shmem name='x'/>", "<disk type='nvme'/>", "<disk type='vhostvdpa'/>",
        "<disk type='dir'/>", "<disk type='block'><transient/></disk>"})
    EXPECT_NE(pinned(device), "") << device;
}

TEST(Pinned, AFailoverDeviceIsNot) {
  EXPECT_EQ(pinned("<hostdev mode='subsystem' type='pci'><teaming type='transient'/></hostdev>"
                   "<interface type='hostdev'><teaming type='transient'/></interface>"),
            "");
}

TEST(Pinned, AVmBoundToThisCpuIs) {
  EXPECT_NE(pinned("", "<launchSecurity type='sev'/>"), "");
  EXPECT_NE(pinned("", "<cpu mode='host-passthrough' migratable='off'/>"), "");
  const std::string invtsc = "<cpu><feature policy='require' name='invtsc'/></cpu>";
  EXPECT_NE(pinned("", invtsc), "");
  EXPECT_EQ(pinned("", invtsc + "<clock><timer name='tsc' frequency='2000000000'/></clock>"), "");
}

TEST(Pinned, WhatCantBeReadIs) {
  for (const char* xml : {"", "not xml", "<domain><devices>", "<network/>"})
    EXPECT_NE(traits_of(xml, under_shared).pinned, "") << xml;
}

TEST(Traits, KnowHugePages) {
  EXPECT_TRUE(
      traits_of("<domain><memoryBacking><hugepages/></memoryBacking></domain>", under_shared)
          .hugepages);
  EXPECT_FALSE(traits_of("<domain/>", under_shared).hugepages);
}

std::string wishes(const std::string& metadata) {
  return traits_of("<domain><metadata>" + metadata + "</metadata></domain>", under_shared).wishes;
}

TEST(Wishes, AreTheAttributesOfOurElementWhateverItsPrefix) {
  const std::string expected = "method=auto max_downtime=100ms";
  EXPECT_EQ(wishes("<prumo:vm xmlns:prumo='urn:prumo:vm' method='auto' max_downtime='100ms'/>"),
            expected);
  EXPECT_EQ(wishes("<x:vm xmlns:x='urn:prumo:vm' method='auto' max_downtime='100ms'/>"), expected);
  EXPECT_EQ(wishes("<vm xmlns='urn:prumo:vm' method='auto' max_downtime='100ms'/>"), expected);
}

TEST(Wishes, OfOthersAreNoneOfOurs) {
  EXPECT_EQ(wishes(""), "");
  EXPECT_EQ(wishes("<nova:vm xmlns:nova='urn:nova' method='auto'/>"), "");
  EXPECT_EQ(wishes("<prumo:vm xmlns:prumo='urn:other' method='auto'/>"), "");
  EXPECT_EQ(wishes("<prumo:host xmlns:prumo='urn:prumo:vm' method='auto'/>"), "");
}

}  // namespace
}  // namespace prumo::hypervisor
