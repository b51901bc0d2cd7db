"""The short version of scripts/bench impact: one size, one run each, over 100 Mbit/s. What is judged are relations,
with generous margins."""

import pathlib
import shutil
import tempfile
import unittest

from tests.bench import impact_experiments as experiments
from tests.bench.impact_relations import Figures
from tests.bench.impact_scene import Scene

PLAN = experiments.SHORT
SIZE = str(PLAN.small)
WANTED = [("1", SIZE, "stop-and-copy", 0), ("1", SIZE, "pre-copy", 0), ("2", "social", "pre-copy", 0),
          ("5", "ab", "stop-and-copy", 0), ("5", "ab", "pre-copy", 0)]


class Impact(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="prumo-impact-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        scene = cls.enterClassContext(Scene(cls.folder))
        cls.results = {}
        todo = [step for step in experiments.steps(PLAN, ("1", "5", "2")) if step.key in WANTED]
        try:
            experiments.carry_out(scene, todo, cls.results, lambda text: print(text, flush=True), lambda: None)
        except SystemExit as end:  # it would end all the tests, not this one
            raise AssertionError(f"the experiments ended early: {end}") from end
        cls.figures = Figures(cls.results)

    def test_stop_and_copy_stops_the_guest_at_least_five_times_as_long_and_totals_are_equal(self):
        stop, pre = (("1", SIZE, m) for m in ("stop-and-copy", "pre-copy"))
        self.assertGreater(self.figures.mean_downtime(*stop), 5 * self.figures.mean_downtime(*pre))
        self.assertGreater(self.figures.mean_downtime(*stop), 0.7 * self.figures.mean_total(*stop))
        longer, shorter = sorted((self.figures.mean_total(*stop), self.figures.mean_total(*pre)), reverse=True)
        self.assertLess(longer, 1.3 * shorter)

    def test_what_the_guest_writes_lengthens_pre_copy(self):
        self.assertGreater(self.figures.mean_total("2", "social", "pre-copy"),
                           1.1 * self.figures.mean_total("1", SIZE, "pre-copy"))

    def test_under_apache_bench_pre_copy_goes_on_serving_and_stop_and_copy_does_not(self):
        stop, pre = (self.results["5", "ab", m, 0]["ab"] for m in ("stop-and-copy", "pre-copy"))
        self.assertLess(stop["silent_part"]["throughput"], 0.05 * stop["before"]["throughput"])
        self.assertGreater(pre["during"]["throughput"], 0.1 * pre["before"]["throughput"])

    def test_downtime_seen_from_outside_is_not_below_what_libvirt_tells(self):
        for key in WANTED:
            passage, = self.results[key]["passages"]
            self.assertGreater(passage["silence"]["ms"], 0.9 * passage["downtime_ms"])


if __name__ == "__main__":
    unittest.main()
