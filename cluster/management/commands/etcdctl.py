"""``manage.py etcdctl CLUSTER ...``: ``snapshot save FILE``, ``snapshot restore FILE``, ``compaction REVISION``, ``defrag``, ``get KEY``.

The words and the output are those of ``etcdctl`` and ``etcdutl``; errors end with status 1, as there.

Upstream: etcd ``etcdctl/ctlv3/command``.
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from cluster.etcd import snapshot
from cluster.models import Cluster
from cluster.runner.assembly import Assembly
from cluster.runner.etcd_admin import EtcdAdmin, Refused


class Command(BaseCommand):
    """Works on the etcd of one cluster, beside whoever serves it."""

    help = "Read and administer the etcd of a cluster."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The cluster, and the words of etcdctl."""
        parser.add_argument("cluster")
        parser.add_argument("words", nargs="+", metavar="command", help="snapshot save FILE, compaction REVISION, defrag, get KEY ...")
        parser.add_argument("--prefix", action="store_true", help="get: all keys that begin with KEY")
        parser.add_argument("--keys-only", action="store_true", help="get: no values")

    def handle(self, *args: object, cluster: str, words: list[str], prefix: bool, keys_only: bool, **options: object) -> None:
        """Do it and print what etcdctl prints."""
        cluster_id = Cluster.objects.filter(name=cluster).values_list("pk", flat=True).first()
        if cluster_id is None:
            raise CommandError(f"there is no cluster {cluster!r}")
        assembly = Assembly(cluster_id)
        admin = EtcdAdmin(cluster_id, assembly.store, assembly.trace)
        match words:
            case ["snapshot", "save", path]:
                Path(path).write_bytes(snapshot.take(assembly.store).data)
                lines = [f"Snapshot saved at {path}"]
            case ["snapshot", "restore", path]:
                lines = self._run(lambda: admin.restore_from(_read(path), path))
            case ["compaction" | "compact", revision] if revision.isdigit():
                lines = self._run(lambda: admin.compact(int(revision)))
            case ["defrag"]:
                lines = self._run(admin.defrag)
            case ["get", key]:
                found = assembly.store.list(key).items if prefix else [kv for kv in [assembly.store.get(key)] if kv is not None]
                lines = [line for kv in found for line in ((kv.key, "") if keys_only else (kv.key, kv.raw.decode()))]
            case _:
                raise CommandError(f"unknown command {' '.join(words)!r} for etcdctl")
        for line in lines:
            self.stdout.write(line)

    def _run(self, work: Callable[[], list[str]]) -> list[str]:
        try:
            return work()
        except Refused as refused:
            raise CommandError(f"Error: {refused}") from None


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise Refused(f"open {path}: {error.strerror}") from error
