"""The policies side by side on synthetic traces, and how fast a trace is replayed."""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from tests.bench import synthetic
from tests.support.cluster import BUILD

COLUMNS = (("overloaded_host_hours", "overloaded, host-h", "{:.2f}"),
           ("unmet_core_hours", "cpu not met, core-h", "{:.2f}"),
           ("migrations", "moves", "{}"),
           ("moved_gib", "GiB moved", "{:.0f}"),
           ("taken_back", "taken back", "{}"),
           ("deviation_mean", "std. dev., mean", "{:.3f}"),
           ("deviation_worst", "worst", "{:.3f}"),
           ("decision_ms_mean", "decision, ms", "{:.3f}"))


def prumo(*arguments):
    done = subprocess.run([BUILD / "prumo", *map(str, arguments)], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr.strip())
    return done.stdout


def table(kind, rows):
    print(f"\n{kind}\n\n| policy | " + " | ".join(title for _, title, _ in COLUMNS) + " |")
    print("|---" * (len(COLUMNS) + 1) + "|")
    for row in rows:
        print(f"| {row['policy']} | " + " | ".join(form.format(row[key]) for key, _, form in COLUMNS) + " |")


def million(folder):
    """A trace of a million samples: 20 hosts and 200 VMs, every 5 s."""
    folder.mkdir()
    rows = 0
    with open(folder / "samples.csv", "w") as out:
        out.write("time,host,vm,cpu,memory,network,image_mib\n")
        t = 0
        while rows < 1_000_000:
            for i in range(200):
                out.write(f"{t},h{i % 20},vm{i},{4 + (t // 5 * 7 + i * 13) % 97 / 20:.2f},3,1,{500 + i}\n")
            rows += 200
            t += 5
    begun, before = time.monotonic(), os.times().children_user
    samples = json.loads(prumo("replay", folder, "--format", "json"))["summary"]["samples"]
    print(f"\nreplay of {samples:,} samples: {time.monotonic() - begun:.2f} s, "
          f"of which computing {os.times().children_user - before:.2f} s")


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench policies", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", default=",".join(synthetic.KINDS))
    parser.add_argument("--chart", default="bursts", help="of which kind the chart is")
    parser.add_argument("--plot", default=BUILD / "policies.svg", help="where the chart goes")
    options = parser.parse_args()
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory(prefix="prumo-policies-") as scratch:
        for kind in options.kinds.split(","):
            if kind not in synthetic.KINDS:
                sys.exit(f"--kinds: \"{kind}\" is none of {', '.join(synthetic.KINDS)}")
            folder = synthetic.write(kind, pathlib.Path(scratch) / kind, options.seed)
            chart = ("--plot", options.plot) if kind == options.chart else ()
            table(kind, json.loads(prumo("compare", folder, "--format", "json", *chart))["policies"])
        million(pathlib.Path(scratch) / "million")
    print(f"chart: {options.plot}")


if __name__ == "__main__":
    main()
