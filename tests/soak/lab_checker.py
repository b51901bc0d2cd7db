"""Judges what was seen of real hosts, whose libvirt is asked one host at a time, may not answer for a while, and can
leave a VM in a state that only an operator can judge.

What one host's libvirt says is kept as spans: looks that said the same. A VM's state is certain from the end of a
span's first look to the begin of its last one, and each change lies between two looks. Nothing is held against
anybody that these bounds leave open."""

import dataclasses
import itertools

RUNNING, PAUSED = "running", "paused"


@dataclasses.dataclass(frozen=True)
class Look:
    begun: float
    ended: float


@dataclasses.dataclass
class Span:
    host: str
    states: dict  # VM -> RUNNING, PAUSED or another word
    first: Look
    last: Look


@dataclasses.dataclass(frozen=True)
class Arrival:
    vm: str
    host: str
    earliest: float  # nobody had come yet
    latest: float  # it had begun to come in
    ran_after: float | None  # it did not run here yet; None: it never did


def arrivals(spans):
    """Of one host, in order; what was there from the beginning did not arrive."""
    came, waiting = [], {}
    for before, now in itertools.pairwise(spans):
        for vm, state in now.states.items():
            # Defined and shut off is how a VM that has left, or fails to come, may be seen.
            if before.states.get(vm) not in (RUNNING, PAUSED) and state in (RUNNING, PAUSED):
                waiting[vm] = (before.last.begun, now.first.ended)
            if vm in waiting and state == RUNNING:
                came.append(Arrival(vm, now.host, *waiting.pop(vm), before.last.begun))
        for vm in [v for v in waiting if now.states.get(v) not in (RUNNING, PAUSED)]:
            came.append(Arrival(vm, now.host, *waiting.pop(vm), None))
    came += [Arrival(vm, spans[-1].host, *when, None) for vm, when in waiting.items()]
    return sorted(came, key=lambda a: a.latest)


def two_at_once(spans, excused):
    """Two VMs half way in, in one look."""
    half, wrong = set(), []
    for before, now in itertools.pairwise(spans):
        half = {vm for vm in now.states if now.states[vm] == PAUSED and
                (vm in half or before.states.get(vm) not in (RUNNING, PAUSED))} - excused
        if len(half) > 1:
            wrong.append(f"{now.first.ended:.3f}: {now.host} receives {', '.join(sorted(half))} at once")
    return wrong


def too_soon(all_of_them, settle_s, cooldown_s):
    """Even when the first came as early and the second as late as the looks allow."""
    wrong = []
    for before, after in itertools.combinations(sorted(all_of_them, key=lambda a: a.latest), 2):
        if before.ran_after is None:
            continue
        gap = after.latest - before.ran_after
        if after.host == before.host and after.vm != before.vm and gap < settle_s:
            wrong.append(f"{after.latest:.3f}: {after.host} receives {after.vm} {gap:.2f} s or less after {before.vm} "
                         f"came, settle is {settle_s:g} s")
        if after.vm == before.vm and gap < cooldown_s:
            wrong.append(f"{after.latest:.3f}: {after.vm} leaves {gap:.2f} s or less after it came, cooldown is "
                         f"{cooldown_s:g} s")
    return wrong


def twice(spans_of, told, report_s):
    """[(VM, its two hosts, since, seconds, whether it was reported in time)] of what certainly ran twice."""
    found = []
    for (a, spans_a), (b, spans_b) in itertools.combinations(sorted(spans_of.items()), 2):
        for x, y in itertools.product(spans_a, spans_b):
            since, until = max(x.first.ended, y.first.ended), min(x.last.begun, y.last.begun)
            if since >= until:
                continue
            for vm in sorted(v for v in x.states if x.states[v] == y.states.get(v) == RUNNING):
                said = any(t.kind == "needs-operator" and t.text.startswith(f"{vm} ") and t.at < since + report_s and
                           t.at > since - report_s for t in told)
                found.append((vm, (a, b), since, until - since, said or until - since < report_s))
    return found


def check(spans_of, told, excused, settle_s, cooldown_s, report_s):
    """What is wrong, one line each. `excused`: VMs whom an operator has had to settle, for whom times say nothing."""
    wrong = []
    came = []
    for spans in spans_of.values():
        wrong += two_at_once(spans, excused)
        came += [a for a in arrivals(spans) if a.vm not in excused]
    wrong += too_soon(came, settle_s, cooldown_s)
    for vm, hosts, since, seconds, said in twice(spans_of, told, report_s):
        if not said:
            wrong.append(f"{since:.3f}: {vm} runs on {' and '.join(hosts)} for {seconds:.1f} s, and nobody says so")
    return wrong
