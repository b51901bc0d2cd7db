"""How long a decision takes, beside hbal and CBC, and how hard a case must be to reach the work limit."""

import argparse
import json
import subprocess

from tests.bench.measure import table
from tests.bench.plan_cases import HBAL_MOST, case, program

OTHERS = [("easy", 10, 20), ("hard", 10, 20), ("hard", 10, 60), ("easy", 50, 20), ("hard", 50, 20), ("infeasible", 50, 20),
          ("hard", 50, 60), ("hard", 200, 20)]


def lines(what):
    with subprocess.Popen([program(), what], stdout=subprocess.PIPE, text=True) as process:
        yield from map(json.loads, process.stdout)
    if process.returncode:
        raise SystemExit(f"{program()} {what} failed")


def show_times():
    by_shape = {}
    for said in lines("times"):
        key = (said["kind"], said["vms"], said["hosts"])
        by_shape.setdefault(key, {})[said["overloaded"]] = said
    rows = []
    for (kind, vms, hosts), all_of in by_shape.items():
        one = all_of[1]
        rows.append([f"{kind}, {vms} VMs a host", hosts, one["k"] or "-",
                     *(f"{all_of[n]['median_ms']:.2f}" if n in all_of else "-" for n in (1, 3, 10)),
                     f"{one['max_ms']:.2f}", one["nodes"], one["memory_kib"], one["input_kib"]])
    table("A whole decision with its explanations, ms of one core, median of 9 clusters x 5; "
          "memory of the decision and of its input",
          ["case", "hosts", "k", "1 hot", "3 hot", "10 hot", "1 hot, max", "nodes", "KiB", "input KiB"], rows)


def show_limits():
    rows = []
    for said in lines("limits"):
        lost = "-"
        if said["limited"]:
            lost = f"{said['larger']} larger, else up to {said['dearer_percent']:.1f} % dearer"
            if said["unproven"]:
                lost += f"; {said['unproven']} open at 5 M nodes"
        rows.append(["cost goes with load" if said["alike"] else "any cost", said["vms"], said["k"],
                     said["median_nodes"], said["max_nodes"], f"{said['limited']} of {said['cases']}", lost])
    table("Relief of one host short of cpu and memory: what reaches the limit of 200,000 nodes, and what is lost there",
          ["VMs", "on the host", "k", "nodes, median", "nodes, max", "at the limit", "lost"], rows)


def seconds(value):
    return "> 60 s" if value is None else f"{value:.2f} s"


def show_others(seeds):
    rows = []
    for kind, hosts, vms in OTHERS:
        for seed in range(1, seeds + 1):
            said = case(program(), kind, hosts, vms, seed)
            hbal_seconds, moves, relieved = said["hbal"]
            rows.append([kind, hosts, vms, said["ours"]["k"] or "none", seconds(said["cbc_seconds"]),
                         {True: "same optimum", False: "DIFFERS", None: "-"}[said["agrees"]],
                         seconds(hbal_seconds) if hosts <= HBAL_MOST else "-", "-" if moves is None else moves,
                         {True: "yes", False: "no", None: "-"}[relieved]])
    table("The same clusters: CBC relieves the first host (two integer programs), hbal balances all by its own measure; CPU time",
          ["case", "hosts", "VMs a host", "our k", "CBC", "", "hbal", "its moves", "first host relieved"], rows)
    if any(row[5] == "DIFFERS" for row in rows):
        raise SystemExit("an integer program has another optimum")


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench plan")
    parser.add_argument("--only", choices=["times", "limits", "others"])
    parser.add_argument("--seeds", type=int, default=1, help="cases of each shape for hbal and CBC")
    options = parser.parse_args()
    if options.only in (None, "times"):
        show_times()
    if options.only in (None, "limits"):
        show_limits()
    if options.only in (None, "others"):
        show_others(options.seeds)


if __name__ == "__main__":
    main()
