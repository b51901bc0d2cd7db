"""How a daemon answers while a member floods it: time of `prumo status`'s question, memory, and what is dropped."""

import argparse
import multiprocessing
import time

from tests.bench.measure import cpu_seconds, spread, table
from tests.cluster.hostile import Voice, counters, envelope, keys_of, memory_mib
from tests.cluster.scene import scene

PING, QUERY = 4, 64


def pour(endpoint, keys, server_key, frame, rate, end):
    """Sends `frame` at `rate` a second until `end`; a process of its own, so that the one that measures is not slowed."""
    voice = Voice(endpoint, keys, server_key)
    sent, begun = 0, time.monotonic()
    while time.monotonic() < end:
        due = int((time.monotonic() - begun) * rate)
        while sent < due:
            voice.say(frame)
            sent += 1
        time.sleep(0.001)
    voice.close()


def measure(cluster, name, frame, rate, seconds):
    end = time.monotonic() + seconds
    flooder = multiprocessing.Process(target=pour, args=(
        cluster.endpoint("h1"), keys_of(cluster, "h2"), keys_of(cluster, "h1")[0], frame, rate, end))
    pid = cluster.processes["h1"].pid
    before, cpu = counters(cluster, "h1", "faults"), cpu_seconds(pid)
    if rate:
        flooder.start()
    times, most = [], 0.0
    while time.monotonic() < end:
        begun = time.monotonic()
        if cluster.ask("h1", "status", timeout=30) is None:
            raise SystemExit("no answer within 30 s")
        times.append((time.monotonic() - begun) * 1000)
        most = max(most, memory_mib(cluster, "h1"))
        time.sleep(0.05)
    if rate:
        flooder.join()
    after = counters(cluster, "h1", "faults")
    dropped = sum(after.get(what, 0) - before.get(what, 0) for what in after if what.startswith("h2: "))
    return (name, rate, spread(times, "ms", 1), f"{most:.1f} MiB",
            f"{100 * (cpu_seconds(pid) - cpu) / seconds:.0f} %", dropped)


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench hostile")
    parser.add_argument("--seconds", type=float, default=10)
    seconds = parser.parse_args().seconds
    with scene() as cluster:
        cluster.start("h1", "h3", "h4", "h5")
        cluster.wait_for_coordinator("h5")
        ping = envelope(cluster, "h2", PING, (1,))
        question = envelope(cluster, "h2", QUERY, (1, "vms", ""))
        rows = [measure(cluster, name, frame, rate, seconds) for name, frame, rate in (
            ("calm", ping, 0), ("pings", ping, 10_000), ("questions", question, 10_000),
            ("a megabyte each", question + b"x" * 1_000_000, 200))]
        epoch = cluster.ask("h1", "hosts", timeout=30)["epoch"]
    table("One of five members floods h1 with its own key", (
        "frames", "a second", "status, min / median / max", "memory", "CPU of h1", "dropped"), rows)
    print(f"\nThe coordinator of epoch {epoch} led throughout." if epoch == 1 else f"\nThe epoch is {epoch} now.")


if __name__ == "__main__":
    main()
