"""A busy machine must cause no election: five daemons beside a load on every core."""

import argparse
import os
import subprocess
import time

from tests.bench.measure import table
from tests.support.cluster import Cluster


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench calm")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--hosts", type=int, default=5)
    options = parser.parse_args()
    with Cluster(options.hosts) as cluster:
        for name in cluster.names:
            cluster.define_host(name)
        cluster.start()
        cluster.wait_for_coordinator()
        before = cluster.ask("h1", "hosts", timeout=10)["epoch"]
        load = subprocess.Popen(["stress-ng", "--cpu", str(os.cpu_count()), "--timeout", f"{options.minutes * 60:.0f}s"],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        begun = time.monotonic()
        load.wait()
        took = time.monotonic() - begun
        after = cluster.wait_for_coordinator() and cluster.ask("h1", "hosts", timeout=10)["epoch"]
        table(f"{options.hosts} daemons, stress-ng on {os.cpu_count()} cores for {took / 60:.1f} min",
              ["epoch before", "epoch after", "elections"], [[before, after, after - before]])


if __name__ == "__main__":
    main()
