"""The manifests in ``/etc/kubernetes/manifests``: etcd and the control plane as static pods of their machine. Pure.

The kubelet there runs them and shows them to the API server as mirror pods. A component ends and begins with its container
(``runner/faults/control_plane_daemon.py``), and probes are told how it fares.

Upstream: ``cmd/kubeadm/app/phases/controlplane/{manifests,volumes}.go``, ``cmd/kubeadm/app/phases/etcd/local.go``,
``cmd/kubeadm/app/util/staticpod/utils.go``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cluster.kubeadm import constants
from cluster.kubeadm.constants import API_PORT, PKI, SYSTEM
from cluster.machinery.meta import Obj

LOCALHOST = "127.0.0.1"
ETCD_DATA = "/var/lib/etcd"
_CA_FOLDERS = {
    "ca-certs": "/etc/ssl/certs",
    "etc-ca-certificates": "/etc/ca-certificates",
    "usr-local-share-ca-certificates": "/usr/local/share/ca-certificates",
    "usr-share-ca-certificates": "/usr/share/ca-certificates",
}
_FLEX_VOLUME = "/usr/libexec/kubernetes/kubelet-plugins/volume/exec"


@dataclass(frozen=True, slots=True)
class Component:
    """One static pod. ``flags`` in the order of the command line; ``folders`` and ``files`` of the host by volume name; those in
    ``writable`` may be
    written to. Probes are paths."""

    name: str
    image: str
    flags: Mapping[str, str]
    cpu: str
    host: str
    port: int
    liveness: str
    startup: str
    readiness: str = ""
    scheme: str = "HTTPS"
    memory: str = ""
    folders: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    writable: tuple[str, ...] = ()
    annotations: Mapping[str, str] = field(default_factory=dict)


def components(node: str, address: str) -> tuple[Component, ...]:
    """Return the static pods of a control plane machine with this name and address."""
    return etcd(node, address), apiserver(address), controller_manager(), scheduler()


def manifest(component: Component) -> Obj:
    """Return the pod of a component, as its file in the manifests folder has it."""
    requests = {"cpu": component.cpu} | ({"memory": component.memory} if component.memory else {})
    paths = {**component.files, **component.folders}
    container: Obj = {
        "name": component.name,
        "image": component.image,
        "imagePullPolicy": "IfNotPresent",
        "command": [component.name, *(f"--{flag}={value}" for flag, value in component.flags.items())],
        "livenessProbe": _probe(component, component.liveness, failures=8, delay=10, period=10),
        "startupProbe": _probe(component, component.startup, failures=24, delay=10, period=10),
        "ports": [{"name": "probe-port", "containerPort": component.port, "protocol": "TCP"}],
        "resources": {"requests": requests},
        "volumeMounts": [_mount(component, name, path) for name, path in sorted(paths.items())],
    }
    if component.readiness:
        container["readinessProbe"] = _probe(component, component.readiness, failures=3, delay=0, period=1)
    meta: Obj = {"name": component.name, "namespace": SYSTEM, "labels": {"component": component.name, "tier": "control-plane"}}
    if component.annotations:
        meta["annotations"] = dict(component.annotations)
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": meta,
        "spec": {
            "containers": [container],
            "hostNetwork": True,
            "priority": 2000001000,
            "priorityClassName": "system-node-critical",
            "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
            "volumes": [_volume(component, name, path) for name, path in sorted(paths.items())],
        },
    }


def etcd(node: str, address: str) -> Component:
    """Return etcd."""
    client, peer = f"https://{address}:2379", f"https://{address}:2380"
    flags = {
        "advertise-client-urls": client,
        "cert-file": f"{PKI}/etcd/server.crt",
        "client-cert-auth": "true",
        "data-dir": ETCD_DATA,
        "feature-gates": "InitialCorruptCheck=true",
        "initial-advertise-peer-urls": peer,
        "initial-cluster": f"{node}={peer}",
        "key-file": f"{PKI}/etcd/server.key",
        "listen-client-urls": f"https://{LOCALHOST}:2379,{client}",
        "listen-metrics-urls": f"http://{LOCALHOST}:2381",
        "listen-peer-urls": peer,
        "name": node,
        "peer-cert-file": f"{PKI}/etcd/peer.crt",
        "peer-client-cert-auth": "true",
        "peer-key-file": f"{PKI}/etcd/peer.key",
        "peer-trusted-ca-file": f"{PKI}/etcd/ca.crt",
        "snapshot-count": "10000",
        "trusted-ca-file": f"{PKI}/etcd/ca.crt",
        "watch-progress-notify-interval": "5s",
    }
    return Component(
        "etcd",
        constants.ETCD_IMAGE,
        flags,
        "100m",
        LOCALHOST,
        2381,
        liveness="/livez",
        readiness="/readyz",
        startup="/readyz",
        scheme="HTTP",
        memory="100Mi",
        folders={"etcd-data": ETCD_DATA, "etcd-certs": f"{PKI}/etcd"},
        writable=("etcd-data", "etcd-certs"),
        annotations={"kubeadm.kubernetes.io/etcd.advertise-client-urls": client},
    )


def apiserver(address: str) -> Component:
    """Return kube-apiserver."""
    flags = {
        "advertise-address": address,
        "allow-privileged": "true",
        "authorization-mode": "Node,RBAC",
        "client-ca-file": f"{PKI}/ca.crt",
        "enable-admission-plugins": "NodeRestriction",
        "enable-bootstrap-token-auth": "true",
        "etcd-cafile": f"{PKI}/etcd/ca.crt",
        "etcd-certfile": f"{PKI}/apiserver-etcd-client.crt",
        "etcd-keyfile": f"{PKI}/apiserver-etcd-client.key",
        "etcd-servers": f"https://{LOCALHOST}:2379",
        "kubelet-client-certificate": f"{PKI}/apiserver-kubelet-client.crt",
        "kubelet-client-key": f"{PKI}/apiserver-kubelet-client.key",
        "kubelet-preferred-address-types": "InternalIP,ExternalIP,Hostname",
        "proxy-client-cert-file": f"{PKI}/front-proxy-client.crt",
        "proxy-client-key-file": f"{PKI}/front-proxy-client.key",
        "requestheader-allowed-names": "front-proxy-client",
        "requestheader-client-ca-file": f"{PKI}/front-proxy-ca.crt",
        "requestheader-extra-headers-prefix": "X-Remote-Extra-",
        "requestheader-group-headers": "X-Remote-Group",
        "requestheader-username-headers": "X-Remote-User",
        "secure-port": str(API_PORT),
        "service-account-issuer": "https://kubernetes.default.svc.cluster.local",
        "service-account-key-file": f"{PKI}/sa.pub",
        "service-account-signing-key-file": f"{PKI}/sa.key",
        "service-cluster-ip-range": constants.SERVICE_SUBNET,
        "tls-cert-file": f"{PKI}/apiserver.crt",
        "tls-private-key-file": f"{PKI}/apiserver.key",
    }
    return Component(
        "kube-apiserver",
        constants.image("kube-apiserver"),
        flags,
        "250m",
        address,
        API_PORT,
        liveness="/livez",
        readiness="/readyz",
        startup="/livez",
        folders={**_CA_FOLDERS, "k8s-certs": PKI},
        annotations={"kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint": f"{address}:{API_PORT}"},
    )


def controller_manager() -> Component:
    """Return kube-controller-manager."""
    config = "/etc/kubernetes/controller-manager.conf"
    flags = {
        "allocate-node-cidrs": "true",
        "authentication-kubeconfig": config,
        "authorization-kubeconfig": config,
        "bind-address": LOCALHOST,
        "client-ca-file": f"{PKI}/ca.crt",
        "cluster-cidr": constants.POD_SUBNET,
        "cluster-name": "kubernetes",
        "cluster-signing-cert-file": f"{PKI}/ca.crt",
        "cluster-signing-key-file": f"{PKI}/ca.key",
        "controllers": "*,bootstrapsigner,tokencleaner",
        "kubeconfig": config,
        "leader-elect": "true",
        "requestheader-client-ca-file": f"{PKI}/front-proxy-ca.crt",
        "root-ca-file": f"{PKI}/ca.crt",
        "service-account-private-key-file": f"{PKI}/sa.key",
        "service-cluster-ip-range": constants.SERVICE_SUBNET,
        "use-service-account-credentials": "true",
    }
    return Component(
        "kube-controller-manager",
        constants.image("kube-controller-manager"),
        flags,
        "200m",
        LOCALHOST,
        10257,
        liveness="/healthz",
        startup="/healthz",
        folders={**_CA_FOLDERS, "k8s-certs": PKI, "flexvolume-dir": _FLEX_VOLUME},
        files={"kubeconfig": config},
        writable=("flexvolume-dir",),
    )


def scheduler() -> Component:
    """Return kube-scheduler."""
    config = "/etc/kubernetes/scheduler.conf"
    flags = {
        "authentication-kubeconfig": config,
        "authorization-kubeconfig": config,
        "bind-address": LOCALHOST,
        "kubeconfig": config,
        "leader-elect": "true",
    }
    return Component(
        "kube-scheduler",
        constants.image("kube-scheduler"),
        flags,
        "100m",
        LOCALHOST,
        10259,
        liveness="/livez",
        readiness="/readyz",
        startup="/livez",
        files={"kubeconfig": config},
    )


def _probe(component: Component, path: str, *, failures: int, delay: int, period: int) -> Obj:
    request = {"host": component.host, "path": path, "port": "probe-port", "scheme": component.scheme}
    probe: Obj = {"failureThreshold": failures, "httpGet": request, "periodSeconds": period, "timeoutSeconds": 15}
    return probe | ({"initialDelaySeconds": delay} if delay else {})


def _mount(component: Component, name: str, path: str) -> Obj:
    return {"mountPath": path, "name": name} | ({} if name in component.writable else {"readOnly": True})


def _volume(component: Component, name: str, path: str) -> Obj:
    kind = "FileOrCreate" if name in component.files else "DirectoryOrCreate"
    return {"hostPath": {"path": path, "type": kind}, "name": name}
