"""ApacheBench beside a migration: what its clients got before, during and after it, and a chart of it."""

import os
import pathlib
import signal
import statistics
import subprocess
import tempfile

from tests.support.cluster import PATIENCE

LONGEST = 3600  # s; it is ended by us
SWITCH = 3  # s around the end of a migration, which ab's log tells to the second


def read_log(text):
    """(begin, seconds taken) of each request in ab's -g file; begin is in whole seconds of the epoch."""
    out = []
    for line in text.splitlines()[1:]:
        _, begin, _, _, taken, _ = line.split("\t")
        out.append((int(begin), int(taken) / 1000))
    return sorted(out)


def figures(requests, begin, end):
    """Of the requests that ended in [begin, end), to the second."""
    taken = [t for at, t in requests if begin <= at + t < end]
    return {"throughput": len(taken) / (end - begin), "mean_ms": 1000 * statistics.mean(taken) if taken else None,
            "max_ms": 1000 * max(taken) if taken else None}


def slowest_end(requests, begin, end):
    """When the slowest of those that ended in [begin, end) ended."""
    return max(((t, at + t) for at, t in requests if begin <= at + t < end), default=(0, 0))[1]


class AbRun:
    def __init__(self, scene, clients):
        self.folder = scene.folder
        handle, self.log = tempfile.mkstemp(prefix="prumo-ab-")
        os.close(handle)
        self.process = scene.ab(clients, LONGEST, self.log)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        pathlib.Path(self.log).unlink(missing_ok=True)

    def result(self, report, chart):
        """Ends ab, which writes its log then."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(PATIENCE)
        requests = read_log(pathlib.Path(self.log).read_text())
        passage, = report["passages"]
        origin = report["began_unix_s"]
        begin, end = origin + passage["begin_s"], origin + passage["end_s"]
        last = origin + passage["end_s"] + passage["after"]["span_s"]
        self.draw(requests, origin, passage, last, chart)
        return {"before": figures(requests, origin + 1, begin), "during": figures(requests, begin, end),
                "silent_part": figures(requests, begin + SWITCH, end - SWITCH),
                "after": figures(requests, end + SWITCH, last),
                "slowest_after_begin_s": slowest_end(requests, begin, last) - begin,
                "begin_to_end_s": end - begin}

    def draw(self, requests, origin, passage, last, chart):
        rows = []
        for second in range(int(last - origin)):
            said = figures(requests, origin + second, origin + second + 1)
            rows.append(f"{second + 0.5} {said['throughput']:.1f} {said['mean_ms'] or 'NaN'} {said['max_ms'] or 'NaN'}")
        newline = "\n"
        commands = f"""set terminal svg size 1100,640 dynamic font 'sans-serif,14' background '#FFFFFF'
set output '{self.folder / chart}'
set border 3 linecolor rgb '#666666'
set tics nomirror
set grid ytics linecolor rgb '#E0E0E0'
$run << END
{newline.join(rows)}
END
set object 1 rectangle from {passage['begin_s']},graph 0 to {passage['end_s']},graph 1 behind \
fillcolor rgb '#FFF1D6' fillstyle solid noborder
set multiplot layout 2,1
set lmargin 10
set rmargin 24
set key outside right top
set logscale y
set ylabel 'response time (ms)'
plot $run using 1:3 with lines linewidth 1.5 linecolor rgb '#0072B2' title 'mean', \
$run using 1:4 with points pointtype 7 pointsize 0.3 linecolor rgb '#E69F00' title 'slowest'
unset logscale y
set yrange [0:*]
set xlabel 'time (seconds)'
set ylabel 'requests per second'
plot $run using 1:2 with lines linewidth 1.5 linecolor rgb '#009E73' title 'answered', \
NaN with boxes fillstyle solid linecolor rgb '#FFF1D6' title 'migration'
unset multiplot
"""
        subprocess.run(["gnuplot"], input=commands, text=True, check=True)
