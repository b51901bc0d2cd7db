"""The relations of [UFC], judged on invented figures: each holds on the paper's own, and each can fail."""

import copy
import unittest

from tests.bench.impact_ab import figures, read_log, slowest_end
from tests.bench.impact_experiments import ATTEMPTS, Step, carry_out
from tests.bench.impact_relations import harms, interval, migrations, relations, silent_before
from tests.bench.impact_scene import Harm


def part(mean_ms=20.0, throughput=20.0, over=0.0, longest=60.0):
    return {"mean_answered_ms": mean_ms, "throughput_per_s": throughput, "over_share": over,
            "longest_answered_ms": longest, "span_s": 5}


def report(total, down, before=None, during=None, after=None):
    return {"passages": [{"total_s": total, "downtime_ms": 900 * down, "silence": {"ms": 1000 * down},
                          "before": before or part(), "during": during or part(), "after": after or part()}]}


def ab(before, during, silent, slowest_after_begin):
    return report(50, 40) | {"ab": {"before": {"throughput": before}, "during": {"throughput": during},
                                    "silent_part": {"throughput": silent},
                                    "slowest_after_begin_s": slowest_after_begin, "begin_to_end_s": 50}}


def as_the_paper_found():
    results = {}
    for size, total, down in (("256", 30, 21), ("512", 51, 38), ("1024", 94, 71)):
        results["1", size, "stop-and-copy", 0] = report(total, down)
        results["1", size, "pre-copy", 0] = report(total, 4)
    for load, total in (("network", 31.9), ("web", 42.7), ("social", 45.5)):
        for run in range(10):
            results["2", load, "stop-and-copy", run] = report(30 + run / 10, 21)
            results["2", load, "pre-copy", run] = report(total + run / 10, 4)
    results["3", "web", "none", 0] = {"steps": [{"rate": 10, "over_share": 0, "mean_ms": 20, "throughput": 10},
                                                {"rate": 20, "over_share": 0.3, "mean_ms": 400, "throughput": 15}]}
    results["4", "web", "pre-copy", 0] = report(60, 4, part(), part(31, 15.2, 0.3, 4000))
    results["5", "ab", "pre-copy", 0] = ab(50, 15, 15, 51)
    results["5", "ab", "stop-and-copy", 0] = ab(50, 2, 0, 51)
    results["6", "social", "pre-copy", 0] = report(60, 3, part(), part(longest=3100))
    return results


class Relations(unittest.TestCase):
    def test_all_hold_on_the_papers_own_figures(self):
        rows = relations(as_the_paper_found())
        self.assertEqual([r.claim for r in rows if not r.holds], [])
        self.assertEqual(sorted({r.experiment for r in rows}), list("123456"))
        self.assertTrue(all(r.verdict() == "holds" for r in rows))

    def test_each_can_fail(self):
        spoilt = {
            "at least 5 times as long as": ("1", "512", "pre-copy", report(51, 9)),
            "grows with memory": ("1", "1024", "stop-and-copy", report(94, 40)),
            "pre-copy's does not": ("1", "1024", "pre-copy", report(94, 12)),
            "equal when the guest is idle": ("1", "256", "pre-copy", report(40, 4)),
            "at least 5 times whatever": ("2", "web", "pre-copy", report(42.7, 5)),
            "does not depend on the load": ("2", "web", "stop-and-copy", report(40, 21)),
            "grows with what the guest writes": ("2", "social", "pre-copy", report(32, 4)),
            "break the service level": ("3", "web", "none", {"steps": [{"rate": 10, "over_share": 0, "mean_ms": 20,
                                                                        "throughput": 10}]}),
            "lengthens response times": ("4", "web", "pre-copy", report(60, 4, part(), part(20, 15, 0.3))),
            "breaks the service level": ("4", "web", "pre-copy", report(60, 4, part(), part(31, 15, 0))),
            "lowers throughput": ("4", "web", "pre-copy", report(60, 4, part(), part(31, 20, 0.3))),
            "under ApacheBench": ("5", "ab", "pre-copy", ab(50, 50, 50, 51)),
            "come with the switch": ("5", "ab", "pre-copy", ab(50, 15, 15, 20)),
            "answers nothing": ("5", "ab", "stop-and-copy", ab(50, 20, 20, 51)),
            "silent at the switch": ("6", "social", "pre-copy", report(60, 0.05, part(), part(longest=3100))),
            "then response times peak": ("6", "social", "pre-copy", report(60, 3)),
        }
        for claim, (experiment, subject, method, result) in spoilt.items():
            results = copy.deepcopy(as_the_paper_found())
            for key in results:
                if key[:3] == (experiment, subject, method):
                    results[key] = result
            judged = [r for r in relations(results) if claim in r.claim and r.experiment == experiment]
            self.assertEqual([r.holds for r in judged], [False], claim)
            self.assertTrue(judged[0].verdict().startswith("does not, because "))

    def test_what_was_not_measured_is_not_judged(self):
        self.assertEqual(relations({}), [])
        one = {("1", "256", "pre-copy", 0): report(30, 4)}
        self.assertEqual(relations(one), [])
        self.assertEqual(migrations(one), [["1", "256", "pre-copy", 1, "30.0 s", "3.60 s", "4.00 s", "0 %"]])

    def test_an_interval_is_students(self):
        self.assertEqual(interval([3.0]), (3.0, None))
        mean, half = interval([1.0, 2.0, 3.0])
        self.assertAlmostEqual(mean, 2.0)
        self.assertAlmostEqual(half, 4.303 / 3 ** 0.5, places=3)


class Harmed(unittest.TestCase):
    def carried_out(self, harmful):
        """Of two steps, of which the first harms so many guests: the results and what was told."""
        guests = iter(range(harmful))

        def hurts(*_):
            if next(guests, None) is not None:
                raise Harm("after post-copy to h2: the guest answers no more")
            return report(30, 4)
        todo = [Step(("4", "web", "post-copy", 0), 60, hurts), Step(("4", "web", "auto", 0), 60, lambda *_: report(30, 4))]
        results, told = {}, []
        carry_out(None, todo, results, told.append, lambda: None)
        return results, told

    def test_a_guest_that_comes_to_harm_is_a_result_and_another_is_tried(self):
        results, told = self.carried_out(1)
        self.assertEqual(harms(results), ["experiment 4 web post-copy: after post-copy to h2: the guest answers no more"])
        self.assertEqual([row[2] for row in migrations(results)], ["post-copy", "auto"])
        self.assertIn("answers no more", told[0])

    def test_silence_before_the_migration_is_not_its_doing(self):
        def passage(begin_s, ms):
            return {"begin_s": 60, "silence": {"begin_s": begin_s, "ms": ms}}
        self.assertEqual(silent_before(passage(9, 60000)), 60)
        self.assertIsNone(silent_before(passage(9, 900)))
        self.assertIsNone(silent_before(passage(61, 60000)))
        self.assertIsNone(silent_before({"begin_s": 60, "silence": None}))

    def test_but_not_without_end(self):
        results, told = self.carried_out(ATTEMPTS)
        self.assertEqual(len(harms(results)), ATTEMPTS)
        self.assertEqual([row[2] for row in migrations(results)], ["auto"])
        self.assertIn("given up", told[ATTEMPTS])


class ApacheBench(unittest.TestCase):
    LOG = ("starttime\tseconds\tctime\tdtime\tttime\twait\n"
           "Tue Nov 24 10:00:01 2026\t1001\t1\t1999\t2000\t9\n"
           "Tue Nov 24 10:00:00 2026\t1000\t1\t19\t20\t9\n"
           "Tue Nov 24 10:00:02 2026\t1002\t0\t40\t40\t9\n")

    def test_its_log_is_read(self):
        requests = read_log(self.LOG)
        self.assertEqual(requests, [(1000, 0.02), (1001, 2.0), (1002, 0.04)])
        said = figures(requests, 1000, 1003)
        self.assertAlmostEqual(said["throughput"], 2 / 3)
        self.assertAlmostEqual(said["mean_ms"], 30)
        self.assertAlmostEqual(figures(requests, 1003, 1004)["max_ms"], 2000)
        self.assertIsNone(figures(requests, 1004, 1005)["mean_ms"])
        self.assertEqual(slowest_end(requests, 1000, 1004), 1003)


if __name__ == "__main__":
    unittest.main()
