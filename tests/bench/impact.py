"""The six experiments of [UFC] (Magalhães, Soares, Gomes: Análise do Impacto de Migração de Máquinas Virtuais em
Ambiente Computacional Virtualizado) on three lab hosts, prumo's other methods beside them, and which of its relations
hold here."""

import argparse
import dataclasses
import json
import pathlib
import sys
import time

from tests.bench import impact_experiments as experiments
from tests.bench.impact_relations import harms, migrations, relations
from tests.bench.impact_scene import MBIT, Scene
from tests.bench.measure import table
from tests.support.cluster import ROOT

EMULATED = """Where emulation changes a figure: without KVM the guest serves some hundreds of pages a second, not thousands,
and shares two cores with what copies it, so response times are longer and vary more. Times and
downtimes are those of a 100 Mbit/s network that hosts and guests share, and of memory that is full."""


def load(path):
    return {tuple(key): value for key, value in json.loads(path.read_text())} if path.exists() else {}


def save(path, results):
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps([[list(key), value] for key, value in results.items()], indent=1))
    temporary.rename(path)


def show(results):
    table(f"Migrations over {MBIT} Mbit/s, means ± 95 % confidence",
          ["experiment", "guest", "method", "runs", "total", "down, libvirt", "down, outside", "over during"],
          migrations(results))
    rows = relations(results)
    print()
    for r in rows:
        print(f"{r.experiment}  {r.claim}\n   [UFC]: {r.paper}; here: {r.ours}: {r.verdict()}")
    for harm in harms(results):
        print(f"\nHarm done: {harm}")
    print(f"\n{sum(r.holds for r in rows)} of {len(rows)} relations hold.\n{EMULATED}")


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench impact", description=__doc__)
    parser.add_argument("--short", action="store_true", help="one size (192 MiB), one run each; some seven minutes")
    parser.add_argument("--experiment", action="append", choices=list(experiments.ALL), help="only this; repeatable")
    parser.add_argument("--runs", type=int, help="of experiment 2 (10)")
    parser.add_argument("--sizes", help="of experiment 1, MiB (256,512,1024)")
    parser.add_argument("--methods", help="only these (stop-and-copy,pre-copy,post-copy,auto)")
    parser.add_argument("--results", type=pathlib.Path, help="kept after each step; what is in it already is not "
                        "measured again (build/impact/results.json, or short.json)")
    parser.add_argument("--again", action="store_true", help="measures all of it again")
    parser.add_argument("--show", action="store_true", help="only prints what has been measured")
    options = parser.parse_args()
    plan = experiments.SHORT if options.short else experiments.Plan()
    if options.runs:
        plan = dataclasses.replace(plan, runs=options.runs, later_runs=min(plan.later_runs, options.runs))
    if options.sizes:
        plan = dataclasses.replace(plan, sizes=tuple(map(int, options.sizes.split(","))))
    if options.methods:
        plan = dataclasses.replace(plan, methods=tuple(m for m in plan.methods if m in options.methods.split(",")))
    path = options.results or ROOT / "build" / "impact" / ("short.json" if options.short else "results.json")
    results = {} if options.again else load(path)
    todo = experiments.steps(plan, options.experiment or list(experiments.ALL))
    left = [step for step in todo if step.key not in results]
    if left and not options.show:
        minutes = sum(step.seconds for step in left) / 60 + 1
        print(f"{len(left)} measurements over {MBIT} Mbit/s, about {minutes:.0f} minutes; kept in {path} after each, "
              f"so that it can be stopped and goes on from there. Needs root.", flush=True)
        begun = time.monotonic()
        with Scene(path.parent) as scene:
            experiments.carry_out(scene, todo, results, lambda text: print(text, flush=True),
                                  lambda: save(path, results))
        print(f"{(time.monotonic() - begun) / 60:.0f} minutes; charts are in {path.parent}")
    if not results:
        sys.exit("nothing has been measured yet")
    show(results)


if __name__ == "__main__":
    main()
