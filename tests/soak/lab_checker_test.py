"""Each rule has a history into which its violation has been planted, and one beside it that is only uncertain."""

import unittest

from tests.soak.checker import Told
from tests.soak.lab_checker import PAUSED, RUNNING, Look, Span, arrivals, check, twice


def history(host, *looks, took=0.1):
    """(time, {vm: state}) ..., each look ends `took` later."""
    spans = []
    for at, states in looks:
        look = Look(at, at + took)
        if spans and spans[-1].states == states:
            spans[-1].last = look
        else:
            spans.append(Span(host, states, look, look))
    return spans


class LabChecker(unittest.TestCase):
    def wrong(self, *histories, told=(), excused=frozenset()):
        return check({spans[0].host: spans for spans in histories}, list(told), excused, settle_s=3, cooldown_s=5,
                     report_s=30)

    def assert_wrong(self, word, *histories, **more):
        found = self.wrong(*histories, **more)
        self.assertEqual(len(found), 1, found)
        self.assertIn(word, found[0])

    def test_a_good_history_passes(self):
        h1 = history("h1", (0, {"a": RUNNING}), (1, {"a": RUNNING}), (2, {"a": PAUSED}), (3, {}), (20, {}))
        h2 = history("h2", (0, {}), (1, {"a": PAUSED}), (2.5, {"a": RUNNING}), (20, {"a": RUNNING}))
        self.assertEqual(self.wrong(h1, h2), [])
        came, = arrivals(h2)
        self.assertEqual((came.vm, came.earliest, came.latest, came.ran_after), ("a", 0, 1.1, 1))

    def test_two_that_come_in_at_once(self):
        self.assert_wrong("receives a, b at once", history("h2", (0, {}), (1, {"a": PAUSED}),
                                                           (2, {"a": PAUSED, "b": PAUSED}), (3, {"a": PAUSED, "b": PAUSED})))

    def test_one_that_is_paused_for_long_is_not_coming_in(self):
        self.assertEqual(self.wrong(history("h2", (0, {"a": PAUSED}), (1, {"a": PAUSED, "b": PAUSED}))), [])

    def test_a_host_that_receives_before_it_has_settled(self):
        looks = [(0, {}), (1, {"a": PAUSED}), (2, {"a": RUNNING}), (3, {"a": RUNNING, "b": PAUSED})]
        self.assert_wrong("settle is 3 s", history("h2", *looks))
        self.assertEqual(self.wrong(history("h2", *looks), excused=frozenset("b")), [])
        # a may have run from the first look on, so b came long enough after it for all that is known.
        self.assertEqual(self.wrong(history("h2", (0, {}), (3, {"a": RUNNING}), (3.5, {"a": RUNNING, "b": PAUSED}))), [])

    def test_one_that_fails_to_come_settles_nothing(self):
        self.assertEqual(self.wrong(history("h2", (0, {}), (1, {"a": PAUSED}), (2, {}), (3, {"b": PAUSED}))), [])

    def test_a_vm_that_leaves_within_its_cooldown(self):
        h2 = history("h2", (0, {}), (1, {"a": PAUSED}), (2, {"a": RUNNING}), (4, {}))
        h3 = history("h3", (0, {}), (3, {}), (3.5, {"a": PAUSED}), (4, {"a": RUNNING}))
        self.assert_wrong("cooldown is 5 s", h2, h3)

    def test_a_vm_that_runs_on_both_and_nobody_says_so(self):
        h1 = history("h1", (0, {"a": RUNNING}), (50, {"a": RUNNING}))
        h2 = history("h2", (0, {}), (2, {"a": RUNNING}), (49, {"a": RUNNING}))
        self.assert_wrong("runs on h1 and h2", h1, h2)
        said = [Told(10, "h2", "needs-operator", "id", "a needs an operator: runs here and on h1")]
        self.assertEqual(self.wrong(h1, h2, told=said), [])
        self.assertEqual([(f[0], f[1], f[4]) for f in twice({"h1": h1, "h2": h2}, said, 30)], [("a", ("h1", "h2"), True)])

    def test_a_handover_that_the_looks_only_straddle_is_none(self):
        h1 = history("h1", (0, {"a": RUNNING}), (10, {}))
        h2 = history("h2", (0, {}), (5, {"a": RUNNING}), (60, {"a": RUNNING}))
        self.assertEqual(self.wrong(h1, h2), [])


if __name__ == "__main__":
    unittest.main()
