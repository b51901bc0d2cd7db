"""scripts/soak: a cluster under the nemesis, and its histories judged."""

import argparse
import random
import sys
import time

from tests.soak.checker import read_log
from tests.support.cluster import eventually

PATIENCE_S = 150  # until all is well again


def world(options):
    if options.lab:
        from tests.soak.lab import SoakLab  # needs packages that the other does without
        return SoakLab()
    from tests.soak.cluster import SoakCluster
    return SoakCluster(options.hosts)


def keep_logs(cluster):
    kept = cluster.folder.with_name(cluster.folder.name + "-logs")
    kept.mkdir(exist_ok=True)
    for name in cluster.names:
        (kept / name).write_text(cluster.log(name))
    print(f"the daemons' logs are kept in {kept}")


def soak(cluster, options, rng, say):
    nemesis = cluster.begin(rng, say)
    end = time.monotonic() + options.minutes * 60
    while time.monotonic() < end:
        time.sleep(rng.uniform(0.3, nemesis.PAUSE_S))
        nemesis.undo_due()
        cluster.tend()
        nemesis.act()
        if rng.random() < 0.3:
            cluster.load(rng.choice(cluster.names), cluster.draw_load(rng))
    nemesis.undo_due(everything=True)
    for name in cluster.names:
        cluster.load(name, 0)
    wrong = []
    healed = time.monotonic()
    try:
        eventually(lambda: cluster.tend() or cluster.well(), "all is well again", PATIENCE_S)
    except AssertionError as error:
        wrong.append(f"after the faults had ended: {error}")
    recovered = time.monotonic() - healed
    told = [line for name in cluster.names for line in read_log(name, cluster.log(name))]
    found, begun, arrived, also = cluster.judge(told)
    wrong += found
    print(f"{sum(nemesis.done.values())} faults ({', '.join(f'{k} {n}' for k, n in sorted(nemesis.done.items()))}); "
          f"{begun} migrations, {arrived} arrived; {sum(1 for t in told if t.kind == 'elected')} elections; "
          f"well again after {recovered:.1f} s; {len(wrong)} violations")
    for line in also + wrong:
        print(f"  {line}")
    return wrong


def main():
    parser = argparse.ArgumentParser(prog="scripts/soak")
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--hosts", type=int, default=5)
    parser.add_argument("--lab", action="store_true")
    parser.add_argument("--quiet", action="store_true")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.randrange(1_000_000)
    begun = time.monotonic()

    def say(text):
        if not options.quiet:
            print(f"{time.monotonic() - begun:7.1f} s  {text}", flush=True)

    with world(options) as cluster:
        print(f"seed {seed}, {len(cluster.names)} daemons, {options.minutes:g} min", flush=True)
        wrong = soak(cluster, options, random.Random(seed), say)
        if wrong:
            keep_logs(cluster)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
