"""The scene of the cluster tests: five hosts, of which one can be made hot at will."""

from tests.support.cluster import Cluster, eventually

# Samples come fast; figures and orders may come late, so that a busy machine does not decide who is a destination.
FAST = """
[relief]
sample_interval = "500ms"
cooldown = "5s"
info_deadline = "2s"
order_freshness = "5s"
"""
HOSTS = 5


def scene(options=FAST, hosts=HOSTS, top=""):
    """h1 holds a big, a middling and a small VM; the others hold one each and are fuller the higher their number."""
    cluster = Cluster(hosts, options, top)
    for i, name in enumerate(cluster.names):
        cluster.define_host(name, cpu=4, memory=16384)
        if i:
            cluster.define_vm(f"own{i + 1}", name, cpu=f"{0.4 * i:.2f}", memory=512, image=200)
    for vm, image in (("big", 900), ("middle", 300), ("small", 60)):
        cluster.define_vm(vm, "h1", cpu="0.5", memory=1024, image=image)
    return cluster


def heat(cluster, host="h1", vm="big", image=900):
    """Makes `host` overloaded on CPU through `vm`: 0.95 of it with the scene's other VMs."""
    others = 1.0 if host == "h1" else 0.4 * (int(host[1:]) - 1)
    used = others if not vm.startswith("own") else 0.0
    cluster.define_vm(vm, host, cpu=f"{3.8 - used:.2f}", memory=1024, image=image)


def census(test, cluster, count):
    """No VM is lost and none is twice: one file each, with one host each."""
    where = cluster.where()
    test.assertEqual(len(where), count, where)
    test.assertTrue(all(host in cluster.names for host in where.values()), where)


def finished(cluster, host):
    return cluster.ask(host, "migrations")["past"]


__all__ = ["FAST", "HOSTS", "census", "eventually", "finished", "heat", "scene"]
