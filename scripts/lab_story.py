"""The main job on real guests: `scripts/lab demo` from nothing to nothing, `scripts/lab balance` on a lab that stays."""

import os
import pathlib
import signal
import subprocess
import sys
import time

from scripts.story import show, title, watch
from tests.support.cluster import BUILD, eventually
from tests.support.lab import MEMORY_MIB, PATIENCE_LAB, Lab, interrupt

OPTIONS = """
[relief]
sample_interval = "2s"
cooldown = "10s"
"""
GUESTS = {1: {"mem": 384, "hold": 70}, 2: {"mem": 192, "hold": 50}, 3: {"mem": 128, "hold": 0}}
CALM, HOT = 0.80, 0.95
GROWTH_MIB = 150


def begin(lab):
    """Daemons in all hosts; h1 is four fifths full, h2 busy with other work, h3 idle."""
    lab.busy("h2", cpu=40, memory_mib=200)
    lab.busy("h3")
    lab.settle("h1", CALM)
    lab.start()
    lab.ready()
    eventually(lambda: (h := lab.host("h1")) and h["cpu"] < 0.5 and 0.75 < h["memory"] < 0.85,
               "h1 is calm", PATIENCE_LAB)


def finished(lab, host, count):
    """True once `count` migrations are on record, told by `host`."""
    said = lab.ask(host, "migrations")
    return said is not None and sum(1 for m in said["past"] if m["outcome"] == "done") >= count


def places(lab):
    return {n: lab.where_is(n) for n in GUESTS}


def demo():
    begun = time.monotonic()
    title("Three hosts with libvirt, in namespaces of this machine; three guests on h1")
    with Lab(3, OPTIONS, lab_id="prumo-demo") as lab:
        lab.start_guests("h1", {n: {**load, "dirty": 2, "wss": 8} for n, load in GUESTS.items()})
        before, health = places(lab), {n: lab.health(n) for n in GUESTS}
        title("One prumod in each host")
        begin(lab)
        first = lab.wait_for_coordinator()
        show(lab, "h2", "status")

        title(f"vm1 takes {GROWTH_MIB} MiB more: h1 is overloaded")
        lab.say(1, f"set hold={GUESTS[1]['hold'] + GROWTH_MIB}")
        told = watch(lab, "h2", lambda: finished(lab, "h2", 1), PATIENCE_LAB)
        show(lab, "h2", "explain", "h1")

        title(f"kill -9 of the coordinator, {first}")
        lab.kill(first)
        killed = time.monotonic()
        second = lab.wait_for_coordinator()
        print(f"  {second} coordinates, {time.monotonic() - killed:.2f} s after the kill")

        title("h1 becomes full again, and is relieved under the new coordinator")
        lab.busy("h2")
        lab.fill("h1", HOT)
        told = watch(lab, second, lambda: finished(lab, second, 2), PATIENCE_LAB) and told
        show(lab, second, "migrations")
        show(lab, second, "status")

        title("Summary")
        after = places(lab)
        unharmed = all(lab.health(n) == health[n] for n in GUESTS)
        moved = [f"vm{n} {before[n]} -> {after[n]}" for n in GUESTS if before[n] != after[n]]
        print(f"  moved: {', '.join(moved)}; coordinators {first}, then {second}")
        print("  every guest still runs the boot it began with, and found no error in its memory" if unharmed else
              "  A GUEST HAS REBOOTED OR FOUND ITS MEMORY CHANGED")
    print(f"  the lab is down; {time.monotonic() - begun:.0f} s in all")
    if not told or not unharmed or len(moved) < 2:
        raise SystemExit("the demo did not come to the end it should")


def find_lab(lab_id):
    """The lab that is up, or a new one. It must be one whose hosts have a capacity of their own."""
    settings = pathlib.Path(os.environ["LAB_RUN"]) / "settings"
    if not settings.exists():
        title("Bringing up three hosts (they stay: scripts/lab down ends them)")
        environment = dict(os.environ, LAB_HOST_CPUS="0.6", LAB_HOST_MEM=str(MEMORY_MIB))
        subprocess.run(["scripts/lab", "up", "3"], env=environment, check=True)
    elif f"LAB_HOST_MEM={MEMORY_MIB}" not in settings.read_text().split():
        raise SystemExit(f"scripts/lab balance: the lab that is up has hosts of another size; end it with scripts/lab "
                         f"down, or bring it up with LAB_HOST_CPUS=0.6 LAB_HOST_MEM={MEMORY_MIB}")
    return Lab(3, OPTIONS, lab_id=lab_id, attach=True)


def balance():
    with find_lab(os.environ["LAB_ID"]) as lab:
        lab.power_up()
        missing = [n for n in GUESTS if lab.where_is(n) == ""]
        if missing:
            title("Starting guests on h1")
            for n in missing:
                lab.guest("stop", n)
            lab.start_guests("h1", {n: {**GUESTS[n], "dirty": 2, "wss": 8} for n in missing})
        for n, host in places(lab).items():
            if host != "h1":
                lab.guest("migrate", n, host, "h1")
        title("One prumod in each host")
        begin(lab)
        show(lab, "h2", "status")
        title("h1 is made full")
        lab.fill("h1", HOT)
        watch(lab, "h2", lambda: finished(lab, "h2", 1), PATIENCE_LAB)
        for words in (["explain", "h1"], ["migrations"], ["status"]):
            show(lab, "h2", *words)
        title("Events, as they come; Ctrl-C ends the daemons. Try, from another terminal:")
        print("  scripts/lab host busy h3 95\n  scripts/lab host kill h3\n  scripts/lab status")
        print(f"  {BUILD}/prumo status --peer ipc://{lab.control_path('h2')} --cluster {lab.cluster_id}", flush=True)
        if sys.stdin.isatty():
            watch(lab, "h2", lambda: False, float("inf"))


def main():
    signal.signal(signal.SIGTERM, interrupt)
    try:
        {"demo": demo, "balance": balance}[sys.argv[1]]()
    except KeyboardInterrupt:
        print()
    if sys.argv[1] == "balance":
        print("The daemons are stopped. The lab stays up with its guests; scripts/lab down ends it.")


if __name__ == "__main__":
    main()
