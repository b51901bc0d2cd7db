"""How the demos tell their story: titles, the tool's own output, and the cluster's events as they come."""

import subprocess
import sys
import time

from tests.support.client import Client
from tests.support.cluster import BUILD

INTERESTING = {"overloaded", "requested", "decided", "reserved", "started", "finished", "missing", "elected",
               "standing", "no-relief"}


def title(text):
    print(f"\n\033[1m{text}\033[0m" if sys.stdout.isatty() else f"\n== {text}", flush=True)


def show(cluster, host, *words):
    """Runs `prumo` against the daemon of `host`."""
    print(f"$ prumo {' '.join(words)}", flush=True)
    subprocess.run([BUILD / "prumo", *words, *cluster.at(host)], check=False)


def watch(cluster, host, until, patience=60):
    """Prints the cluster's events until `until()`, and those of a moment more. False: not within `patience` s."""
    client = Client(f"ipc://{cluster.control_path(host)}", cluster.cluster_id)
    stream = client.send("events")
    end = time.monotonic() + patience
    done_at = None
    asked_at = 0.0
    try:
        while time.monotonic() < end:
            if client.socket.poll(200):
                _, event = client.receive(stream, 1)
                if event["kind"] in INTERESTING:
                    print(f"  {event['time'][11:23]} {event['host']} {event['kind']:<10} {event['subject']:<8} "
                          f"{event['text']}"[:110], flush=True)
            if done_at is None and time.monotonic() - asked_at > 0.2:
                asked_at = time.monotonic()
                if until():
                    done_at = time.monotonic()
            if done_at is not None and time.monotonic() > done_at + 1.5:
                return True
        return False
    finally:
        client.close()
