"""The components that run in containers: which image is which, and what each is given.

A container's program has its flags and files; from them a component here gets its configuration. One whose files are not mounted
takes kubeadm's, so that an image that somebody runs by hand does something. Its identity is the ServiceAccount that kubeadm makes for it.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from functools import partial

from cluster.apiserver.request import User
from cluster.client.client import Client
from cluster.cni.network import pod_component
from cluster.coredns.coredns import CoreDns
from cluster.coredns.corefile import PATH as COREFILE_PATH
from cluster.coredns.corefile import CorefileError
from cluster.engine.engine import Engine
from cluster.kube_proxy.config import ConfigError, parse_config
from cluster.kube_proxy.kube_proxy import KubeProxy
from cluster.kubeadm.addons import COREFILE
from cluster.kubeadm.constants import SYSTEM
from cluster.machinery.daemons import Daemon, DaemonError, DaemonPlace
from cluster.machinery.node_files import NodeFiles
from cluster.machinery.node_storage import NodeStorage
from cluster.runner.faults.control_plane_daemon import ControlPlaneDaemon, WaitingApiServer
from cluster.runner.faults.held_daemon import HeldDaemon
from cluster.runner.faults.names import API_SERVER, is_part
from cluster.runner.faults.record import CONTROL_PLANE, ETCD

KUBE_PROXY, COREDNS = "kube-proxy", "coredns/coredns"
PROXY_CONFIG_PATH = "/var/lib/kube-proxy/config.conf"
ACCOUNTS = "system:serviceaccounts"


def service_account(namespace: str, name: str) -> User:
    """Return who a ServiceAccount is to the API server."""
    return User(f"system:serviceaccount:{namespace}:{name}", (ACCOUNTS, f"{ACCOUNTS}:{namespace}", "system:authenticated"))


class Components:
    """Daemons of a cluster. ``disk`` and ``files``: a node's, by its name; ``is_held``: whether a component is kept from running.
    ``home``: the node with the static pods of the control plane; ``has_machine``: whether a node has one; ``note_container``: told that a
    component of the control plane begins with its container, or ends."""

    def __init__(
        self,
        client: Client,
        engine: Engine,
        disk: Callable[[str], NodeStorage],
        files: Callable[[str], NodeFiles],
        is_held: Callable[[str], bool] = lambda component: False,
        home: str = "",
        has_machine: Callable[[str], bool] = lambda node: True,
        note_container: Callable[[str, bool], None] = lambda component, runs: None,
    ) -> None:
        self._client, self._engine, self._disk, self._files = client, engine, disk, files
        self._is_held, self._home, self._has_machine, self._note_container = is_held, home, has_machine, note_container
        self._dns_servers: set[str] = set()
        self._nodes: dict[str, str] = {}
        self._running: dict[str, HeldDaemon] = {}

    def start(self, repository: str, place: DaemonPlace) -> Daemon | None:
        """Start the component of an image; None: the image is no component. Raises DaemonError."""
        if repository == KUBE_PROXY:
            return self._holdable(f"node/{place.node}/kube-proxy", lambda name: self._start_kube_proxy(name, place))
        if repository in CONTROL_PLANE and (place.node, place.namespace) == (self._home, SYSTEM):
            has_machine = partial(self._has_machine, self._home)
            if repository == API_SERVER and self._is_held(ETCD) and self._is_held(API_SERVER):
                return WaitingApiServer(self._note_container, has_machine, self._engine, lambda: not self._is_held(ETCD), place.give_up)
            return ControlPlaneDaemon(repository, self._note_container, has_machine)
        return self._holdable(f"coredns/{place.pod}", lambda name: self._start_coredns(name, place)) if repository == COREDNS else None

    def follow_hold(self, target: str) -> None:
        """Halt what runs of a component, or let it go on, as ``is_held`` says now."""
        for name, daemon in tuple(self._running.items()):
            if is_part(name, target):
                daemon.follow(is_held=self._is_held(name))

    def node_of(self, name: str) -> str:
        """Return the node that a component runs on whose name does not say it; empty: there is none of this name."""
        return self._nodes.get(name, "")

    def pod_name(self, node: str, pod: str) -> str:
        """Return the name of a pod in the trace: that of the component that runs in it, if it has a place on the diagram of its own."""
        return f"coredns/{pod.rpartition('/')[2]}" if pod in self._dns_servers else pod_component(node, pod)

    def _holdable(self, name: str, start: Callable[[str], Daemon]) -> HeldDaemon:
        def ended(daemon: HeldDaemon) -> None:
            if self._running.get(name) is daemon:
                del self._running[name]

        daemon = HeldDaemon(lambda: start(name), ended, is_held=self._is_held(name))
        self._running[name] = daemon
        return daemon

    def _start_kube_proxy(self, name: str, place: DaemonPlace) -> KubeProxy:
        try:
            config = parse_config(self._read(place, PROXY_CONFIG_PATH, ""))
        except ConfigError as error:
            raise DaemonError(str(error)) from error
        client = self._client.acting_as(name, service_account(place.namespace, KUBE_PROXY))
        proxy = KubeProxy(client, self._engine, self._disk(place.node), place.node, config, is_new=place.is_new)
        proxy.start()
        return proxy

    def _start_coredns(self, name: str, place: DaemonPlace) -> CoreDns:
        client = self._client.acting_as(name, service_account(place.namespace, "coredns"))
        try:
            dns = CoreDns(client, self._engine, lambda: self._read(place, COREFILE_PATH, COREFILE))
        except CorefileError as error:
            raise DaemonError(str(error)) from error
        self._dns_servers.add(f"{place.namespace}/{place.pod}")
        self._nodes[name] = place.node
        dns.start()
        return dns

    def _read(self, place: DaemonPlace, path: str, default: str) -> str:
        """Return a file as a container sees it through its mounts; ``default`` where none holds it."""
        for inside, outside in (place.mounts or {}).items():
            if path.startswith(posixpath.join(inside, "")):
                content = self._files(place.node).read(posixpath.join(outside, posixpath.relpath(path, inside)))
                if content is not None:
                    return content.decode()
        return default
