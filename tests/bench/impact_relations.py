"""What [UFC] found, as relations between figures, judged on ours. Pure: results in, rows out. `results` are those
of impact_experiments, by their keys; before the key of a step whose guest came to harm stands HARM."""

import dataclasses
import math
import statistics

EQUAL = 0.15  # what "equal" means, of the larger
HARM = "harm"
LONGEST_PAUSE_S = 2  # of a guest that nobody migrates yet

# Student's t for a two-sided 95 % interval, by degrees of freedom.
T95 = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262, 10: 2.228,
       14: 2.145, 19: 2.093, 29: 2.045}


@dataclasses.dataclass(frozen=True)
class Relation:
    experiment: str
    claim: str
    paper: str
    ours: str
    holds: bool
    because: str = ""  # what explains it when it does not

    def verdict(self):
        return "holds" if self.holds else f"does not, because {self.because}"


def interval(values):
    """Mean and half of its 95 % confidence interval; None of a single value."""
    mean = statistics.mean(values)
    if len(values) < 2:
        return mean, None
    freedom = len(values) - 1
    t = T95.get(freedom) or T95[max(k for k in T95 if k <= freedom)]
    return mean, t * statistics.stdev(values) / math.sqrt(len(values))


def text_of(mean, half, unit="s"):
    return f"{mean:.1f} {unit}" if half is None else f"{mean:.1f} ± {half:.1f} {unit}"


def equal(a, b):
    return abs(a - b) <= EQUAL * max(a, b)


def silent_before(passage):
    """For how many seconds the guest was silent before it was migrated, if so long that the run tells nothing."""
    silence = passage["silence"]
    if silence and silence["begin_s"] < passage["begin_s"] and silence["ms"] > 1000 * LONGEST_PAUSE_S:
        return silence["ms"] / 1000
    return None


class Figures:
    """Looks results up: times in seconds, lists of all runs."""

    def __init__(self, results):
        self.results = results

    def reports(self, experiment, subject, method):
        return [r for key, r in sorted(self.results.items()) if key[:3] == (experiment, subject, method)]

    def has(self, experiment, subject, *methods):
        return all(self.reports(experiment, subject, m) for m in methods)

    def totals(self, *key):
        return [r["passages"][0]["total_s"] for r in self.reports(*key)]

    def downtimes(self, *key):
        """As seen from outside: what libvirt tells of post-copy leaves out the wait for pages."""
        return [r["passages"][0]["silence"]["ms"] / 1000 for r in self.reports(*key)]

    def mean_total(self, *key):
        return statistics.mean(self.totals(*key))

    def mean_downtime(self, *key):
        return statistics.mean(self.downtimes(*key))

    def subjects(self, experiment):
        return list(dict.fromkeys(key[1] for key in self.results if key[0] == experiment))


def both(f, experiment, subjects):
    return [s for s in subjects if f.has(experiment, s, "stop-and-copy", "pre-copy")]


def series(values, digits=1):
    return " / ".join(f"{v:.{digits}f}" for v in values)


def of_sizes(f):
    sizes = both(f, "1", sorted(f.subjects("1"), key=int))
    if not sizes:
        return
    stop = [f.mean_downtime("1", s, "stop-and-copy") for s in sizes]
    pre = [f.mean_downtime("1", s, "pre-copy") for s in sizes]
    names = " / ".join(sizes)
    yield Relation("1", "stop-and-copy stops the guest at least 5 times as long as pre-copy",
                   "21 / 38 / 71 s against 4 s", f"{series(stop)} s against {series(pre, 2)} s ({names} MB)",
                   all(a >= 5 * b for a, b in zip(stop, pre)), "pre-copy's last pass took too long here")
    if len(sizes) > 1:
        yield Relation("1", "stop-and-copy's downtime grows with memory", "21 / 38 / 71 s", f"{series(stop)} s",
                       all(b > 1.5 * a for a, b in zip(stop, stop[1:])), "the guest's memory was not full")
        growth = (stop[-1] - stop[0]) / 10
        yield Relation("1", "pre-copy's does not", "4 s for all", f"{series(pre, 2)} s",
                       max(pre) - min(pre) < growth, "the guest writes more the more memory it has")
    totals = [[f.mean_total("1", s, m) for s in sizes] for m in ("stop-and-copy", "pre-copy")]
    yield Relation("1", "total times of both are equal when the guest is idle (within 15 %)", "30 / 51 / 94 s for both",
                   f"{series(totals[0])} s, {series(totals[1])} s", all(equal(a, b) for a, b in zip(*totals)),
                   "an idle guest under emulation writes enough to be copied again")


def of_loads(f):
    loads = both(f, "2", ("network", "web", "social"))
    if not loads:
        return
    stop = [f.mean_downtime("2", x, "stop-and-copy") for x in loads]
    pre = [f.mean_downtime("2", x, "pre-copy") for x in loads]
    names = " / ".join(loads)
    yield Relation("2", "downtimes differ at least 5 times whatever the load", "21 s against 4 s",
                   f"{series(stop)} s against {series(pre, 2)} s ({names})",
                   all(a >= 5 * b for a, b in zip(stop, pre)), "pre-copy had to stop the guest for what it still wrote")
    totals = [f.mean_total("2", x, "stop-and-copy") for x in loads]
    yield Relation("2", "stop-and-copy's total does not depend on the load (within 15 %)", "30.6 / 30.1 / 30.2 s",
                   f"{series(totals)} s", equal(min(totals), max(totals)), "the guests' memory was not equally full")
    totals = [f.mean_total("2", x, "pre-copy") for x in loads]
    yield Relation("2", "pre-copy's total grows with what the guest writes", "31.9 / 42.7 / 45.5 s",
                   f"{series(totals)} s", totals == sorted(totals) and totals[-1] > (1 + EQUAL) * totals[0],
                   "auto-converge slowed the guest before its writing counted")


def of_rising_users(f):
    for report in f.reports("3", "web", "none"):
        steps = report["steps"]
        last = steps[-1]
        yield Relation("3", "rising users break the service level", "at 900 users",
                       f"at {last['rate']} requests/s: {100 * last['over_share']:.0f} % over, mean {last['mean_ms']:.0f} ms",
                       last["over_share"] > 0.05, "this guest serves more than was tried")


def change(after, before):
    return 100 * (after / before - 1) if before else 0


def of_service(f):
    for report in f.reports("4", "web", "pre-copy"):
        passage, = report["passages"]
        before, during = passage["before"], passage["during"]
        slower = change(during["mean_answered_ms"], before["mean_answered_ms"])
        fewer = change(during["throughput_per_s"], before["throughput_per_s"])
        yield Relation("4", "pre-copy lengthens response times while it lasts", "+55.7 %", f"{slower:+.1f} %",
                       slower > 5, "the emulated guest is not slowed by what copies it")
        yield Relation("4", "and breaks the service level", "250 ms broken on average",
                       f"{100 * during['over_share']:.1f} % over during, {100 * before['over_share']:.1f} % before",
                       during["over_share"] > before["over_share"], "the load leaves the guest enough to spare")
        yield Relation("4", "and lowers throughput", "-23.8 %", f"{fewer:+.1f} %", fewer < -3,
                       "the load is open loop: requests come by schedule, and those that wait are served soon after")


def of_closed_loop(f):
    for report in f.reports("5", "ab", "pre-copy"):
        said = report["ab"]
        fewer = change(said["during"]["throughput"], said["before"]["throughput"])
        yield Relation("5", "under ApacheBench pre-copy lowers throughput", "-69 %", f"{fewer:+.1f} %", fewer < -5,
                       "the emulated guest, not the network, is what limits it")
        after = said["slowest_after_begin_s"] - said["begin_to_end_s"]
        yield Relation("5", "its slowest answers come with the switch", "right after the switch",
                       f"the slowest came {abs(after):.0f} s {'after' if after > 0 else 'before'} the end",
                       -3 <= after <= 5, "a busy machine had slower ones before")
    for report in f.reports("5", "ab", "stop-and-copy"):
        said = report["ab"]
        share = said["silent_part"]["throughput"] / said["before"]["throughput"] if said["before"]["throughput"] else 1
        yield Relation("5", "stop-and-copy answers nothing while it lasts", "nothing",
                       f"{100 * share:.1f} % of before", share < 0.02, "it was not stopped all the time")


def of_silence(f):
    for report in f.reports("6", "social", "pre-copy"):
        passage, = report["passages"]
        silence = passage["silence"]
        usual = passage["before"]["mean_answered_ms"]
        peak = max(passage[part]["longest_answered_ms"] for part in ("during", "after"))
        yield Relation("6", "the service is silent at the switch", "3 s", f"{silence['ms'] / 1000:.2f} s",
                       silence["ms"] > 3 * usual, "the switch was shorter than an answer")
        yield Relation("6", "then response times peak while what had queued is served", "a peak",
                       f"{peak / 1000:.2f} s at most, {usual:.0f} ms on average before", peak > 3 * usual,
                       "nothing had queued")


def relations(results):
    f = Figures(results)
    return [r for judge in (of_sizes, of_loads, of_rising_users, of_service, of_closed_loop, of_silence)
            for r in judge(f)]


def migrations(results):
    """A row for each kind of migration: experiment, subject, method, runs, total, downtime by libvirt and seen
    from outside, copied."""
    rows = []
    f = Figures(results)
    for key in dict.fromkeys(key[:3] for key in results if key[0] != HARM and key[2] != "none"):
        reports = f.reports(*key)
        told = [r["passages"][0]["downtime_ms"] / 1000 for r in reports]
        during = [r["passages"][0]["during"] for r in reports]
        rows.append([key[0], key[1], key[2], len(reports), text_of(*interval(f.totals(*key))),
                     f"{statistics.mean(told):.2f} s", f"{f.mean_downtime(*key):.2f} s",
                     f"{100 * statistics.mean(d['over_share'] for d in during):.0f} %"])
    return rows


def harms(results):
    """A line for each migration that did its guest harm, by the key of the step."""
    return [f"experiment {' '.join(map(str, key[1:4]))}: {harm}" for key, told in results.items() if key[0] == HARM
            for harm in told]
