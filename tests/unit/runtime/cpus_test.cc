#include "engine/runtime/cpus.h"

#include <fstream>
#include <string>

#include "tests/catch.h"
#include "tests/world/folder.h"

namespace {

namespace fs = std::filesystem;

/// A /proc and a /sys of the test's own.
struct Machine {
  void write(const std::string& path, const std::string& text) const {
    fs::create_directories((root / path).parent_path());
    std::ofstream(root / path) << text;
  }

  const tests::Folder folder;
  const fs::path& root = folder.path;
};

}  // namespace

TEST_CASE("without a quota all CPUs that are seen are granted") {
  const Machine machine;
  REQUIRE(runtime::cpus_granted(16, machine.root) == 16);
  machine.write("proc/self/cgroup", "0::/\n");
  machine.write("sys/fs/cgroup/cpu.max", "max 100000\n");
  REQUIRE(runtime::cpus_granted(16, machine.root) == 16);
  machine.write("proc/self/cgroup", "4:cpu,cpuacct:/\nnonsense\n");
  machine.write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1\n");
  machine.write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
  REQUIRE(runtime::cpus_granted(16, machine.root) == 16);
}

TEST_CASE("a container's quota counts, not its machine's CPUs, and a CPU begun is one") {
  const Machine machine;
  machine.write("proc/self/cgroup", "0::/\n");
  machine.write("sys/fs/cgroup/cpu.max", "200000 100000\n");
  REQUIRE(runtime::cpus_granted(16, machine.root) == 2);
  machine.write("sys/fs/cgroup/cpu.max", "250000 100000\n");
  REQUIRE(runtime::cpus_granted(16, machine.root) == 3);
  machine.write("sys/fs/cgroup/cpu.max", "5000 100000\n");
  REQUIRE(runtime::cpus_granted(16, machine.root) == 1);
  machine.write("sys/fs/cgroup/cpu.max", "3200000 100000\n");
  REQUIRE(runtime::cpus_granted(16, machine.root) == 16);  // more than there are
}

TEST_CASE("the groups around count, too") {
  const Machine machine;
  machine.write("proc/self/cgroup", "0::/kubepods/pod1/c1\n");
  machine.write("sys/fs/cgroup/kubepods/pod1/c1/cpu.max", "max 100000\n");
  machine.write("sys/fs/cgroup/kubepods/pod1/cpu.max", "400000 100000\n");
  machine.write("sys/fs/cgroup/kubepods/cpu.max", "800000 100000\n");
  REQUIRE(runtime::cpus_granted(16, machine.root) == 4);
}

TEST_CASE("the first version of cgroups is read as well, also where only the container's own group is seen") {
  const Machine machine;
  machine.write("proc/self/cgroup", "11:memory:/docker/a\n4:cpu,cpuacct:/docker/a\n0::/docker/a\n");
  SECTION("by the names of all its controllers") {
    machine.write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "150000");
    machine.write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000");
  }
  SECTION("or of one, as the machine sees it") {
    machine.write("sys/fs/cgroup/cpu/docker/a/cpu.cfs_quota_us", "150000");
    machine.write("sys/fs/cgroup/cpu/docker/a/cpu.cfs_period_us", "100000");
  }
  REQUIRE(runtime::cpus_granted(16, machine.root) == 2);
}

TEST_CASE("this process may use one CPU at least, and no more than it sees") {
  const runtime::Cpus cpus = runtime::usable_cpus();
  REQUIRE(cpus.granted >= 1);
  REQUIRE(cpus.granted <= cpus.ids.size());
}
