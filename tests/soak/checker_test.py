"""The checker must be able to fail: each rule has a history into which its violation has been planted."""

import unittest

from tests.soak.checker import Rules, Seen, Told, check, migrations, read_log

RULES = Rules(frozenset({"a", "b"}), settle_s=3.0, cooldown_s=5.0)


def look(at, a=("h1",), b=("h2",), travels=None):
    return Seen(at, {"a": list(a), "b": list(b)}, travels or {})


def moves(*ways):
    """A history in which each (vm, to, begun, ended) happens, seen ten times a second."""
    where, seen = {"a": "h1", "b": "h2"}, []
    for tenth in range(0, 300):
        at = tenth / 10
        travels = {}
        for vm, to, begun, ended in ways:
            if begun <= at < ended:
                travels[vm] = (where[vm], to)
            elif at == ended:
                where[vm] = to
        seen.append(look(at, [where["a"]], [where["b"]], travels))
    return seen


class Checker(unittest.TestCase):
    def wrong(self, told=(), seen=()):
        return check(RULES, list(told), list(seen))

    def assert_wrong(self, word, told=(), seen=()):
        found = self.wrong(told, seen)
        self.assertEqual(len(found), 1, found)
        self.assertIn(word, found[0])

    def test_a_good_history_passes(self):
        told = [Told(1, "h3", "elected", "1", "…"), Told(9, "h2", "elected", "2", "…"),
                Told(2, "h1", "started", "1.1.0", "a -> h3"), Told(9.5, "h2", "started", "2.1.0", "b -> h3")]
        seen = moves(("a", "h3", 2, 3), ("b", "h3", 7, 8), ("a", "h1", 9, 10))
        self.assertEqual(self.wrong(told, seen), [])
        self.assertEqual([(m[0], m[5]) for m in migrations(seen)], [("a", True), ("b", True), ("a", True)])

    def test_a_lost_vm(self):
        self.assert_wrong("lost ['b']", seen=[look(1), Seen(2, {"a": ["h1"]}, {})])

    def test_a_vm_on_two_hosts(self):
        self.assert_wrong("on several hosts", seen=[look(1), look(2, a=["h1", "h3"])])

    def test_two_vms_on_their_way_to_one_host(self):
        self.assert_wrong("h3 receives 2 VMs at once",
                          seen=[Seen(1, {"a": ["h1"], "b": ["h2"]}, {"a": ("h1", "h3"), "b": ("h2", "h3")})])

    def test_a_host_that_receives_before_it_has_settled(self):
        self.assert_wrong("settle is 3 s", seen=moves(("a", "h3", 2, 3), ("b", "h3", 4, 5)))

    def test_a_vm_that_leaves_within_its_cooldown(self):
        self.assert_wrong("cooldown is 5 s", seen=moves(("a", "h3", 2, 3), ("a", "h1", 6, 7)))

    def test_an_aborted_migration_settles_nothing(self):
        seen = moves(("b", "h3", 4, 5))
        seen = [s if not 2 <= s.at < 3 else Seen(s.at, s.where, {"a": ("h1", "h3")}) for s in seen]
        self.assertEqual(self.wrong(seen=seen), [])

    def test_two_winners_of_one_epoch(self):
        self.assert_wrong("is won by h3 and by h2", [Told(1, "h3", "elected", "4", ""), Told(2, "h2", "elected", "4", "")])

    def test_an_epoch_that_goes_back(self):
        self.assert_wrong("goes back", [Told(1, "h3", "elected", "4", ""), Told(2, "h3", "elected", "3", "")])

    def test_an_operation_that_starts_twice(self):
        self.assert_wrong("a second time", [Told(1, "h1", "started", "1.1.0", ""), Told(2, "h1", "started", "1.1.0", "")])

    def test_a_vm_that_needs_an_operator_where_all_can_be_proven(self):
        self.assert_wrong("beyond proof", [Told(1, "h1", "needs-operator", "a", "…")])

    def test_a_daemons_log_is_read(self):
        text = ("2026-01-02 03:04:05.678 info elected 7: epoch 7, accepted by 3 of 5\n"
                "2026-01-02 03:04:06.000 warning overloaded: overloaded: cpu 0.95 > 0.9\nnoise\n")
        told = list(read_log("h1", text))
        self.assertEqual([(t.kind, t.subject) for t in told], [("elected", "7"), ("overloaded", "")])
        self.assertAlmostEqual(told[1].at - told[0].at, 0.322, 3)


if __name__ == "__main__":
    unittest.main()
