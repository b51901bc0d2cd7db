"""How fast news are known to all: an urgent change, a killed host suspected, a killed host dead."""

import argparse
import time

from tests.bench.measure import spread, table, until
from tests.bench.serf import Serf
from tests.support.cluster import Cluster


def all_say(cluster, condition):
    return all((s := cluster.ask(n, "hosts", timeout=2)) and condition(s) for n in cluster.running())


def state_of(said, host):
    return next(h["state"] for h in said["hosts"] if h["id"] == host)


def measure(cluster, runs):
    victim, first = cluster.names[-2], cluster.names[0]  # neither the coordinator
    urgent, suspect, dead = [], [], []
    for i in range(runs):
        on = i % 2 == 0
        begun = time.monotonic()
        cluster.ask(first, "pause" if on else "resume")
        until(lambda: all_say(cluster, lambda s: s["paused"] == on))
        urgent.append(time.monotonic() - begun)
        begun = time.monotonic()
        cluster.kill(victim)
        until(lambda: all_say(cluster, lambda s: state_of(s, victim) != "alive"))
        suspect.append(time.monotonic() - begun)
        until(lambda: all_say(cluster, lambda s: state_of(s, victim) == "dead"))
        dead.append(time.monotonic() - begun)
        cluster.start(victim)
        until(lambda: all_say(cluster, lambda s: state_of(s, victim) == "alive"))
    return urgent, suspect, dead


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench gossip")
    parser.add_argument("--hosts", default="5,20,50")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    rows = []
    for hosts in map(int, options.hosts.split(",")):
        with Cluster(hosts) as cluster:
            for name in cluster.names:
                cluster.define_host(name)
            cluster.start()
            cluster.wait_for_coordinator()
            until(lambda: all_say(cluster, lambda s: all(h["state"] == "alive" for h in s["hosts"])))
            urgent, suspect, dead = measure(cluster, options.runs)
        serf = Serf(hosts)
        try:
            tags = [serf.change_a_tag(str(i)) for i in range(options.runs)]
            deaths = [serf.kill_one(f"s{hosts - 1}") for _ in range(options.runs)]
        finally:
            serf.close()
        rows.append([hosts, spread(urgent), spread(tags), spread(suspect), spread(dead), spread(deaths)])
        table("Known to all, min / median / max",
              ["daemons", "prumo: urgent change", "serf: tag", "prumo: suspect", "prumo: dead", "serf: failed"], rows)


if __name__ == "__main__":
    main()
