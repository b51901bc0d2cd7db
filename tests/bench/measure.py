"""What the benchmarks share: tables, process figures, watching for a condition with little disturbance."""

import pathlib
import statistics
import time


def table(title, header, rows):
    print(f"\n{title}")
    widths = [max(len(str(row[i])) for row in [header, *rows]) for i in range(len(header))]
    for row in [header, *rows]:
        print("  ".join(str(cell).ljust(w) if i == 0 else str(cell).rjust(w)
                        for i, (cell, w) in enumerate(zip(row, widths))), flush=True)


def spread(values, unit="s", digits=2):
    """min / median / max"""
    if not values:
        return "-"
    return " / ".join(f"{v:.{digits}f}" for v in (min(values), statistics.median(values), max(values))) + f" {unit}"


def until(condition, patience=60.0, pause=0.01):
    """Seconds until `condition()` is true."""
    begun = time.monotonic()
    while not condition():
        if time.monotonic() - begun > patience:
            raise SystemExit(f"not within {patience:.0f} s; the measurement is void")
        time.sleep(pause)
    return time.monotonic() - begun


def cpu_seconds(pid):
    """Of all its threads, as the scheduler counted them: ticks would count a thread that wakes with the timer too
    often or never."""
    return sum(int((task / "schedstat").read_text().split()[0])
               for task in pathlib.Path(f"/proc/{pid}/task").iterdir()) / 1e9


def private_mib(pid):
    """Pss without file pages, MiB."""
    values = {}
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        key, value = line.split(":")
        values[key] = int(value.split()[0])
    return (values["Pss"] - values["Pss_File"]) / 1024


def loopback_bytes():
    return int(pathlib.Path("/sys/class/net/lo/statistics/rx_bytes").read_text())
