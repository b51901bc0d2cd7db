"""The six experiments of [UFC]: what is measured, in which order, and about how long it takes. Each step has a key,
(experiment, subject, method, run), under which its result is kept."""

import dataclasses
import time
import typing

from tests.bench.impact_ab import AbRun
from tests.bench.impact_relations import HARM
from tests.bench.impact_scene import IDLE, MBIT, NETWORK, SOCIAL, WEB, Harm

PAPER = ("stop-and-copy", "pre-copy")
LATER = ("post-copy", "auto")  # which the paper leaves for later
SLOWEST, RISE, FASTEST = 20, 1.4, 4000  # requests a second, by how much they rise, and where that ends at the latest
CLIENTS = 10  # of ApacheBench
ATTEMPTS = 3  # at a step whose guest comes to harm


@dataclasses.dataclass(frozen=True)
class Plan:
    """How much is measured."""
    sizes: tuple = (256, 512, 1024)  # MiB
    small: int = 256
    middle: int = 512
    runs: int = 10
    later_runs: int = 3
    methods: tuple = PAPER + LATER
    margin: int = 5  # s, before and after a migration
    long_margin: int = 60  # s, before; and half of it after
    step: int = 10  # s, of each number of users


SHORT = Plan(sizes=(192,), small=192, middle=192, runs=1, later_runs=0, margin=3, long_margin=12, step=4)


@dataclasses.dataclass(frozen=True)
class Step:
    key: tuple
    seconds: float  # about
    run: typing.Callable  # (scene, results) -> result


def copy_seconds(mib):
    return mib * 8 * 1.048576 / MBIT * 0.95


def migration(key, mib, load, plan, plots=()):
    def run(scene, _):
        scene.prepare(mib, load)
        return scene.migrate(load, key[2], plan.margin, plan.margin, plots=plots)
    writing = load.dirty / (MBIT / 8 - load.dirty)
    return Step(key, copy_seconds(mib) * (1 + writing) + 2 * plan.margin + 3, run)


def first(plan):
    for mib in plan.sizes:
        for method in plan.methods:
            yield migration(("1", str(mib), method, 0), mib, IDLE, plan)


def second(plan):
    for load in (NETWORK, WEB, SOCIAL):
        for method in plan.methods:
            for run in range(plan.runs if method in PAPER else plan.later_runs):
                yield migration(("2", load.name, method, run), plan.small, load, plan)


def third(plan):
    def run(scene, _):
        scene.prepare(plan.middle, WEB)
        steps = []
        rate = SLOWEST
        while rate <= FASTEST:
            said = scene.observe(WEB, rate, plan.step)["whole"]
            steps.append({"rate": rate, "over_share": said["over_share"], "mean_ms": said["mean_answered_ms"],
                          "throughput": said["throughput_per_s"]})
            if said["over_share"] > 0.05:
                break
            rate = round(rate * RISE)
        return {"steps": steps}
    yield Step(("3", "web", "none", 0), 10 * (plan.step + 2), run)


def steady_rate(results):
    """A third of the rate at which the service level breaks, as the paper's 300 of 900 users."""
    rising = results.get(("3", "web", "none", 0))
    return max(5, round(rising["steps"][-1]["rate"] / 3)) if rising else WEB.rate


def under_load(experiment, load, methods, plan, rate=None):
    for method in methods:
        def run(scene, results, method=method):
            scene.prepare(plan.middle, load)
            plots = [f"experiment{experiment}-{method}.{kind}" for kind in ("svg", "png")]
            return scene.migrate(load, method, plan.long_margin, plan.long_margin // 2,
                                 rate=rate(results) if rate else None, plots=plots)
        yield Step((experiment, load.name, method, 0), 1.5 * plan.long_margin + 1.5 * copy_seconds(plan.middle), run)


def fourth(plan):
    yield from under_load("4", WEB, [m for m in plan.methods if m != "stop-and-copy"], plan, steady_rate)


def fifth(plan):
    """ApacheBench in a closed loop; beside it a few datagrams a second, by which prumo tells when what happened."""
    for method in plan.methods:
        def run(scene, _, method=method):
            scene.prepare(plan.middle, IDLE)
            with AbRun(scene, CLIENTS) as ab:
                report = scene.migrate(IDLE, method, plan.long_margin // 3, plan.long_margin // 3, rate=5)
                return report | {"ab": ab.result(report, f"experiment5-{method}.svg")}
        yield Step(("5", "ab", method, 0), plan.long_margin + 1.5 * copy_seconds(plan.middle), run)


def sixth(plan):
    yield from under_load("6", SOCIAL, [m for m in plan.methods if m != "stop-and-copy"], plan)


ALL = {"1": first, "2": second, "3": third, "4": fourth, "5": fifth, "6": sixth}


def steps(plan, wanted):
    return [step for name in wanted for step in ALL[name](plan)]


def carry_out(scene, todo, results, tell, keep):
    """Runs what `results` lacks; `tell` is told of progress, `keep` is called after each. A guest that comes to harm is
    a result as well; the step is tried with another."""
    left = [step for step in todo if step.key not in results]
    for number, step in enumerate(left):
        minutes = sum(s.seconds for s in left[number:]) / 60
        begun = time.monotonic()
        name = (f"[{number + 1}/{len(left)}] experiment {' '.join(map(str, step.key[:3]))}"
                f"{f', run {step.key[3] + 1}' if step.key[0] == '2' else ''}")
        for _ in range(ATTEMPTS):
            try:
                results[step.key] = step.run(scene, results)
            except Harm as harm:
                key = (HARM, *step.key)
                results[key] = [*results.get(key, []), str(harm)]
                tell(f"{name}: {harm}")
            keep()
            if step.key in results:
                tell(f"{name}: {time.monotonic() - begun:.0f} s{summary(results[step.key])}; "
                     f"{max(0, minutes - step.seconds / 60):.0f} min left")
                break
        else:
            tell(f"{name}: given up after {ATTEMPTS} guests")


def summary(result):
    if "passages" not in result:
        return ""
    passage = result["passages"][0]
    silence = passage["silence"]
    return (f", total {passage['total_s']:.1f} s, down {passage['downtime_ms'] / 1000:.2f} s"
            f"{' (outside %.2f s)' % (silence['ms'] / 1000) if silence else ''}")
