"""A host with sixty VMs that nothing can relieve: the search for it must cost nobody a lease."""

import unittest

from tests.support.cluster import Cluster, eventually

OPTIONS = """
[relief]
sample_interval = "500ms"
backoff = "1s"
backoff_most = "1s"
"""
ROUNDS = 5


class Infeasible(unittest.TestCase):
    def test_sixty_vms_that_fit_nowhere_together_leave_the_coordinator_in_its_lease(self):
        with Cluster(5, OPTIONS) as cluster:
            for name in cluster.names:
                cluster.define_host(name, cpu=4, memory=65536)
            for i in range(60):  # 3.82 cores in all, of sixty sizes; 0.42 must leave
                cluster.define_vm(f"vm{i:02}", "h1", cpu=f"{0.04 + 0.0008 * i:.4f}", memory=256, image=32 + i)
            for name in cluster.names[1:]:  # room for one VM each, which is not enough
                cluster.define_vm(f"own-{name}", name, cpu="3.3", memory=256, image=64)
            cluster.start()
            cluster.wait_for_coordinator("h5")
            epoch = cluster.ask("h5", "hosts")["epoch"]

            def rounds():
                said = cluster.ask("h5", "hosts")
                return said["counters"]["events"].get("no-relief", 0) if said else 0

            eventually(lambda: rounds() >= ROUNDS, f"h1 has asked {ROUNDS} times")
            self.assertEqual(cluster.wait_for_coordinator(), "h5")
            self.assertEqual(cluster.ask("h5", "hosts")["epoch"], epoch)
            why = cluster.ask("h2", "explain", "h1")
            self.assertTrue(why["found"] and why["reason"], why)
            self.assertEqual(len(why["explanation"]["vms"]), 60)
            self.assertEqual({h for v, h in cluster.where().items() if v.startswith("vm")}, {"h1"})


if __name__ == "__main__":
    unittest.main()
