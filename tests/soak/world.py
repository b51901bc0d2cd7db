"""What is soaked, be it simulated or a lab: daemons whose disks can be filled, and which are restarted when they end."""

import time

DISK = "16M"
RESTART_S = 2  # as the unit file says


class Soaked:
    """Beside a `Cluster`, which says how its daemons are started and where they keep their state."""

    def __init__(self, *arguments, **more):
        super().__init__(*arguments, **more)
        self.failed = {}  # host -> when its daemon was found ended

    @staticmethod
    def ended(process):
        return process.poll() is not None

    def state(self, name):
        return self.folder / name / "state"

    def restart_failed(self):
        """As systemd does with a daemon that could not start or go on."""
        for name, process in list(self.processes.items()):
            if not self.ended(process):
                continue
            if time.monotonic() > self.failed.setdefault(name, time.monotonic()) + RESTART_S:
                del self.failed[name]
                self.start(name)

    def fill_disk(self, name):
        try:
            with open(self.state(name) / "filler", "wb", buffering=0) as filler:
                while True:
                    filler.write(bytes(65536))
        except OSError:
            pass

    def empty_disk(self, name):
        (self.state(name) / "filler").unlink(missing_ok=True)

    def tend(self):
        """What somebody sees to all the time."""
        self.restart_failed()

    def well(self):
        """Every member alive and healthy, every slot free, nothing under way, nobody asked for: as long as nothing is
        overloaded."""
        said = self.ask(self.names[0], "hosts", timeout=1)
        return said and self.coordinator() and all(
            h["state"] == "alive" and h["healthy"] and h["slot"] == "free" and not h["sending"] and not h["trouble"] and
            not h["needs_operator"] for h in said["hosts"])
