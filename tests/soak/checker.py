"""Judges a history from outside, as whoever watched the machines and read the logs afterwards would.

A history is what the hosts have told (`Told`: their logs, one clock since they share a machine) and what was seen
of the machines themselves (`Seen`: where each VM is, and what travels where, many times a second). The rules are
the invariants that need no look into a daemon."""

import dataclasses
import datetime
import re


@dataclasses.dataclass(frozen=True)
class Told:
    at: float
    host: str
    kind: str
    subject: str
    text: str


@dataclasses.dataclass(frozen=True)
class Seen:
    at: float
    where: dict  # VM -> hosts where it is
    travels: dict  # VM -> (source, destination)


@dataclasses.dataclass(frozen=True)
class Rules:
    vms: frozenset
    settle_s: float
    cooldown_s: float
    slack_s: float = 0.5  # between a moment and its being seen or told


LINE = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}) \w+ ([a-z-]+)(?: ([^ :]+))?: (.*)")


def read_log(host, text):
    for line in text.splitlines():
        if match := LINE.fullmatch(line):
            at = datetime.datetime.strptime(match[1], "%Y-%m-%d %H:%M:%S.%f").timestamp()
            yield Told(at, host, match[2], match[3] or "", match[4])


def migrations(seen):
    """[(vm, source, destination, begun, ended, arrived)] in the order of their beginnings."""
    running, done = {}, []
    for look in seen:
        for vm, way in list(running.items()):
            if look.travels.get(vm) != way[0]:
                done.append((vm, *way[0], way[1], look.at, look.where.get(vm) == [way[0][1]]))
                del running[vm]
        for vm, way in look.travels.items():
            running.setdefault(vm, (way, look.at))
    last = seen[-1].at if seen else 0
    done += [(vm, *way, begun, last, False) for vm, (way, begun) in running.items()]
    return sorted(done, key=lambda m: m[3])


def check(rules, told, seen):
    """What is wrong, one line each; empty: nothing."""
    return (check_seen(rules, seen) + check_told(told) +
            [f"{line.at:.3f}: {line.host} says that {line.text}; nothing in this world is beyond proof"
             for line in told if line.kind == "needs-operator"])


def check_seen(rules, seen):
    wrong = []

    for look in seen:
        lost = rules.vms - set(look.where)
        twice = {vm: hosts for vm, hosts in look.where.items() if len(hosts) != 1}
        if lost or twice:
            wrong.append(f"{look.at:.3f}: lost {sorted(lost)}, on several hosts or none {twice}")
            break
        arriving = [to for _, to in look.travels.values()]
        for host in sorted({h for h in arriving if arriving.count(h) > 1}):
            wrong.append(f"{look.at:.3f}: {host} receives {arriving.count(host)} VMs at once")

    all_of_them = migrations(seen)
    for i, (vm, _, to, begun, _, _) in enumerate(all_of_them):
        for before, _, to_before, _, ended, arrived in all_of_them[:i]:
            if not arrived:
                continue
            if to == to_before and begun < ended + rules.settle_s - rules.slack_s:
                wrong.append(f"{begun:.3f}: {to} receives {vm} {begun - ended:.2f} s after {before} came, "
                             f"settle is {rules.settle_s:g} s")
            if vm == before and begun < ended + rules.cooldown_s - rules.slack_s:
                wrong.append(f"{begun:.3f}: {vm} leaves {begun - ended:.2f} s after it came, "
                             f"cooldown is {rules.cooldown_s:g} s")
    return wrong


def check_told(told):
    wrong = []
    winners, started, highest = {}, {}, {}
    for line in sorted(told, key=lambda t: t.at):
        if line.kind == "elected":
            first = winners.setdefault(int(line.subject), line.host)
            if first != line.host:
                wrong.append(f"{line.at:.3f}: epoch {line.subject} is won by {first} and by {line.host}")
            if int(line.subject) <= highest.get(line.host, 0):
                wrong.append(f"{line.at:.3f}: {line.host} goes back to epoch {line.subject}")
            highest[line.host] = int(line.subject)
        elif line.kind == "started":
            first = started.setdefault(line.subject, line)
            if first is not line:
                wrong.append(f"{line.at:.3f}: operation {line.subject} starts a second time on {line.host}, "
                             f"after {first.at:.3f} on {first.host}")
    return wrong
