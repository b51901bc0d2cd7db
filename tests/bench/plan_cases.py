"""The programs beside prumo on the same case: Ganeti's hbal on the whole cluster, CBC on the relief of its first host."""

import json
import os
import re
import resource
import subprocess
import tempfile

PATIENCE = 60
HBAL_MOST = 50  # hosts; it does not end within the minute with more


def cpu(command, cwd):
    """CPU seconds and output; None for the seconds when it has not finished within a minute."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        out = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=PATIENCE).stdout
    except subprocess.TimeoutExpired:
        return None, ""
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, out


def cbc(folder, problem):
    """Seconds, and the optimum; None: not within a minute, "none": there is no solution."""
    seconds, out = cpu(["cbc", problem, "ratioGap", "0", "solve", "quit"], folder)
    if seconds is None:
        return None, None
    if "infeasible" in out.lower():
        return seconds, "none"
    found = re.search(r"Objective value:\s+([-\d.]+)", out)
    return seconds, float(found.group(1)) if found else None


def hbal(folder):
    """Seconds, its moves, and whether the first host is then at most at its target."""
    seconds, out = cpu(["hbal", "-t", "cluster.data", "-U", "load"], folder)
    if seconds is None:
        return None, None, None
    moved = re.findall(r"^ *\d+\. (\S+) +(\S+) +=> (\S+)", out, re.MULTILINE)
    with open(os.path.join(folder, "load")) as lines:
        load = {name: (float(cpus), float(memory)) for name, cpus, memory, *_ in map(str.split, lines)}
    with open(os.path.join(folder, "cluster.data")) as lines:
        where = {f[0]: f[6] for f in (line.split("|") for line in lines) if f[0] in load}
    source = min(where.values())
    where.update((vm, to) for vm, _, to in moved)
    used = [sum(load[vm][r] for vm, host in where.items() if host == source) for r in (0, 1)]
    return seconds, len(moved), max(used) <= 0.85


def judge(ours, size, cost):
    """Whether CBC's optima are ours; None where it did not finish."""
    if ours["k"] == 0:
        return None if size is None else size == "none"
    if size is None or cost is None:
        return None
    return size != "none" and round(size) == ours["k"] and abs(cost - ours["cost"]) < 1e-4 * max(1, ours["cost"])


def case(program, kind, hosts, vms, seed):
    with tempfile.TemporaryDirectory() as folder:
        said = subprocess.run([program, "write", folder, kind, str(hosts), str(vms), str(seed)],
                              capture_output=True, text=True, check=True).stdout
        ours = json.loads(said)
        size_seconds, size = cbc(folder, "size.lp")
        cost_seconds, cost = 0.0, None
        if ours["k"] > 0 and size_seconds is not None:
            cost_seconds, cost = cbc(folder, "cost.lp")
        seconds = None if size_seconds is None or cost_seconds is None else size_seconds + cost_seconds
        return {"ours": ours, "cbc_seconds": seconds, "agrees": judge(ours, size, cost),
                "hbal": hbal(folder) if hosts <= HBAL_MOST else (None, None, None)}


def program():
    return os.path.join(os.environ["PRUMO_BUILD"], "tests", "bench_plan")
