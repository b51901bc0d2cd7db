"""Real daemons under a random nemesis, and a checker afterwards; see scripts/soak."""

import argparse
import random
import sys
import time

from tests.soak.checker import Rules, check, migrations, read_log
from tests.soak.cluster import COOLDOWN_S, SETTLE_S, SoakCluster, Watcher, draw_load
from tests.soak.nemesis import Nemesis
from tests.support.cluster import eventually


def calm_again(cluster):
    """One coordinator, every slot free, nothing under way, nobody asked for: as long as nothing is overloaded."""
    cluster.restart_failed()
    said = cluster.ask(cluster.names[0], "hosts", timeout=1)
    return said and cluster.coordinator() and all(
        h["state"] == "alive" and h["healthy"] and h["slot"] == "free" and not h["sending"] and not h["trouble"]
        for h in said["hosts"])


def main():
    parser = argparse.ArgumentParser(prog="scripts/soak")
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--hosts", type=int, default=5)
    parser.add_argument("--quiet", action="store_true")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.randrange(1_000_000)
    print(f"seed {seed}, {options.hosts} daemons, {options.minutes:g} min", flush=True)
    rng = random.Random(seed)
    begun = time.monotonic()

    def say(text):
        if not options.quiet:
            print(f"{time.monotonic() - begun:7.1f} s  {text}", flush=True)

    with SoakCluster(options.hosts) as cluster:
        cluster.populate(rng)
        cluster.start()
        cluster.wait_for_coordinator()
        watcher, nemesis = Watcher(cluster), Nemesis(cluster, rng, say)
        watcher.start()
        end = time.monotonic() + options.minutes * 60
        while time.monotonic() < end:
            time.sleep(rng.uniform(0.3, 2))
            nemesis.undo_due()
            cluster.restart_failed()
            nemesis.act()
            if rng.random() < 0.3:
                cluster.load(rng.choice(cluster.names), draw_load(rng))
        nemesis.undo_due(everything=True)
        for name in cluster.names:
            cluster.load(name, 0.0)
        wrong = []
        healed = time.monotonic()
        try:
            eventually(lambda: calm_again(cluster), "all is well again", 150)
        except AssertionError as error:
            wrong.append(f"after the faults had ended: {error}")
        recovered = time.monotonic() - healed
        seen = watcher.end()
        told = [line for name in cluster.names for line in read_log(name, cluster.log(name))]
        wrong += check(Rules(frozenset(seen[0].where), SETTLE_S, COOLDOWN_S), told, seen)
        if wrong:
            kept = cluster.folder.with_name(cluster.folder.name + "-logs")
            kept.mkdir()
            for name in cluster.names:
                (kept / name).write_text(cluster.log(name))
            print(f"the daemons' logs are kept in {kept}")
    moved = migrations(seen)
    print(f"{sum(nemesis.done.values())} faults ({', '.join(f'{k} {n}' for k, n in sorted(nemesis.done.items()))}); "
          f"{len(moved)} migrations, {sum(1 for m in moved if m[5])} arrived; "
          f"{sum(1 for t in told if t.kind == 'elected')} elections; well again after {recovered:.1f} s; "
          f"{len(wrong)} violations")
    for line in wrong:
        print(f"  {line}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
