"""Does harm, drawn from a seed: each deed says what it does and how it is undone, and is undone some seconds later."""

import collections
import heapq
import signal
import time


class Nemesis:
    LONGEST_S = 8  # that a harm lasts
    PAUSE_S = 2  # at most, before the next

    def __init__(self, cluster, rng, say):
        self.cluster, self.rng, self.say = cluster, rng, say
        self.undoing = []  # (when, number, host, undo)
        self.done = collections.Counter()
        self.number = 0

    def deeds(self):
        return [self.kill, self.kill, self.leave, self.stop, self.cut_one_way, self.cut, self.isolate, self.lose,
                self.fill]

    def act(self):
        host = self.rng.choice(self.cluster.names)
        if all(host != hurt for _, _, hurt, _ in self.undoing):
            deed = self.rng.choice(self.deeds())
            deed(host, self.rng.uniform(0.2, self.LONGEST_S))
            self.done[deed.__name__] += 1

    def undo_due(self, everything=False):
        while self.undoing and (everything or self.undoing[0][0] <= time.monotonic()):
            _, _, host, undo = heapq.heappop(self.undoing)
            undo()
            self.say(f"{host} is mended")

    def _hurt(self, host, seconds, what, undo):
        self.number += 1
        self.say(f"{host} {what} for {seconds:.1f} s")
        heapq.heappush(self.undoing, (time.monotonic() + seconds, self.number, host, undo))

    def kill(self, host, seconds):
        self.cluster.kill(host)
        self._hurt(host, seconds, "is killed", lambda: self.cluster.start(host))

    def leave(self, host, seconds):
        self.cluster.terminate(host)
        self._hurt(host, seconds, "is told to leave", lambda: self.cluster.start(host))

    def stop(self, host, seconds):
        self.cluster.signal(host, signal.SIGSTOP)
        self._hurt(host, seconds, "is stopped", lambda: self.cluster.signal(host, signal.SIGCONT))

    def _drop(self, host, seconds, what, pairs):
        for deaf, mute in pairs:
            self.cluster.network.drop(deaf, mute)
        self._hurt(host, seconds, what, lambda: [self.cluster.network.heal(deaf) for deaf, _ in pairs])

    def _other(self, host):
        return self.rng.choice([n for n in self.cluster.names if n != host])

    def cut_one_way(self, host, seconds):
        other = self._other(host)
        self._drop(host, seconds, f"does not hear {other}", [(host, other)])

    def cut(self, host, seconds):
        other = self._other(host)
        self._drop(host, seconds, f"and {other} are cut", [(host, other), (other, host)])

    def isolate(self, host, seconds):
        others = [n for n in self.cluster.names if n != host]
        self._drop(host, seconds, "is cut off", [(host, o) for o in others] + [(o, host) for o in others])

    def lose(self, host, seconds):
        share = self.rng.uniform(0.05, 0.4)
        self.cluster.network.loss(host, share)
        self._hurt(host, seconds, f"loses {share:.0%}", lambda: self.cluster.network.heal(host))

    def fill(self, host, seconds):
        self.cluster.fill_disk(host)
        self._hurt(host, seconds, "has no disk left", lambda: self.cluster.empty_disk(host))
