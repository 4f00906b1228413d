"""The add-ons: kube-proxy as a DaemonSet, CoreDNS as a Deployment with its Service, as ``kubeadm init phase addon all`` makes them. Pure.

kubeadm does not install metrics-server (``metrics_server.py``); here it is one more add-on. Their roles are among the default ones
(``apiserver/authorization/bootstrap_policy/kubeadm.py``). All choose machines by one label more than upstream, see
``constants.INSTANCE_TYPE``.

Upstream: ``cmd/kubeadm/app/phases/addons/{proxy,dns}/manifests.go``, ``pkg/proxy/apis/config/v1alpha1/defaults.go``.
"""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from cluster.kubeadm import constants
from cluster.kubeadm.constants import API_PORT, CONTROL_PLANE_TAINT, INSTANCE_TYPE, SYSTEM
from cluster.kubeadm.metrics_server import metrics_server
from cluster.machinery.kinds.apps import DAEMONSETS, DEPLOYMENTS
from cluster.machinery.kinds.core import CONFIGMAPS, SERVICEACCOUNTS, SERVICES
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj

KUBE_PROXY, COREDNS, KUBE_DNS = "kube-proxy", "coredns", "kube-dns"
CONFIG_KEY = "config.conf"
REPLICAS = 2
_SELECTED = {"kubernetes.io/os": "linux", **INSTANCE_TYPE}
_PROXY_CONFIG: Obj = {
    "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
    "bindAddress": "0.0.0.0",
    "bindAddressHardFail": False,
    "clientConnection": {
        "acceptContentTypes": "",
        "burst": 0,
        "contentType": "",
        "kubeconfig": "/var/lib/kube-proxy/kubeconfig.conf",
        "qps": 0,
    },
    "clusterCIDR": constants.POD_SUBNET,
    "configSyncPeriod": "0s",
    "conntrack": {"maxPerCore": None, "min": None, "tcpBeLiberal": False, "tcpCloseWaitTimeout": None, "tcpEstablishedTimeout": None},
    "detectLocal": {"bridgeInterface": "", "interfaceNamePrefix": ""},
    "detectLocalMode": "",
    "enableProfiling": False,
    "healthzBindAddress": "",
    "hostnameOverride": "",
    "iptables": {"localhostNodePorts": None, "masqueradeAll": False, "masqueradeBit": None, "minSyncPeriod": "0s", "syncPeriod": "0s"},
    "ipvs": {"excludeCIDRs": None, "minSyncPeriod": "0s", "scheduler": "", "strictARP": False, "syncPeriod": "0s"},
    "kind": "KubeProxyConfiguration",
    "metricsBindAddress": "",
    "mode": "",
    "nftables": {"masqueradeAll": False, "masqueradeBit": None, "minSyncPeriod": "0s", "syncPeriod": "0s"},
    "nodePortAddresses": None,
    "oomScoreAdj": None,
    "portRange": "",
    "showHiddenMetricsForVersion": "",
}
COREFILE = """\
.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30 {
       disable success cluster.local
       disable denial cluster.local
    }
    loop
    reload
    loadbalance
}
"""


def addons(address: str) -> Iterator[tuple[Kind, Obj]]:
    """Yield the objects of the add-ons, in the order they are made. ``address``: the API server's."""
    yield SERVICEACCOUNTS, _named("v1", "ServiceAccount", COREDNS)
    yield CONFIGMAPS, {**_named("v1", "ConfigMap", COREDNS), "data": {"Corefile": COREFILE}}
    yield DEPLOYMENTS, coredns_deployment()
    yield SERVICES, dns_service()
    yield SERVICEACCOUNTS, _named("v1", "ServiceAccount", KUBE_PROXY)
    yield CONFIGMAPS, proxy_config_map(address)
    yield DAEMONSETS, proxy_daemon_set()
    yield from metrics_server()


def dns_service() -> Obj:
    """Return the Service that every resolv.conf names. It is still called after CoreDNS's predecessor."""
    labels = {"k8s-app": KUBE_DNS, "kubernetes.io/cluster-service": "true", "kubernetes.io/name": "CoreDNS"}
    made = _named("v1", "Service", KUBE_DNS, labels, {"prometheus.io/port": "9153", "prometheus.io/scrape": "true"})
    ports = [("dns", 53, "UDP"), ("dns-tcp", 53, "TCP"), ("metrics", 9153, "TCP")]
    listed = [{"name": name, "port": port, "protocol": protocol, "targetPort": port} for name, port, protocol in ports]
    return {**made, "spec": {"clusterIP": constants.DNS_IP, "ports": listed, "selector": {"k8s-app": KUBE_DNS}}}


def coredns_deployment() -> Obj:
    """Return CoreDNS's Deployment."""
    labels = {"k8s-app": KUBE_DNS}
    ports = [
        ("dns", 53, "UDP"),
        ("dns-tcp", 53, "TCP"),
        ("metrics", 9153, "TCP"),
        ("liveness-probe", 8080, "TCP"),
        ("readiness-probe", 8181, "TCP"),
    ]
    container: Obj = {
        "name": COREDNS,
        "image": constants.COREDNS_IMAGE,
        "imagePullPolicy": "IfNotPresent",
        "resources": {"limits": {"memory": "170Mi"}, "requests": {"cpu": "100m", "memory": "70Mi"}},
        "args": ["-conf", "/etc/coredns/Corefile"],
        "volumeMounts": [{"mountPath": "/etc/coredns", "name": "config-volume", "readOnly": True}],
        "ports": [{"containerPort": port, "name": name, "protocol": protocol} for name, port, protocol in ports],
        "livenessProbe": {
            "failureThreshold": 5,
            "httpGet": {"path": "/health", "port": "liveness-probe", "scheme": "HTTP"},
            "initialDelaySeconds": 60,
            "successThreshold": 1,
            "timeoutSeconds": 5,
        },
        "readinessProbe": {"httpGet": {"path": "/ready", "port": "readiness-probe", "scheme": "HTTP"}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"add": ["NET_BIND_SERVICE"], "drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
        },
    }
    apart = {
        "labelSelector": {"matchExpressions": [{"key": "k8s-app", "operator": "In", "values": [KUBE_DNS]}]},
        "topologyKey": "kubernetes.io/hostname",
    }
    pod = {
        "affinity": {"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{"podAffinityTerm": apart, "weight": 100}]}},
        "containers": [container],
        "dnsPolicy": "Default",
        "nodeSelector": dict(_SELECTED),
        "priorityClassName": "system-cluster-critical",
        "serviceAccountName": COREDNS,
        "tolerations": [{"key": "CriticalAddonsOnly", "operator": "Exists"}, {"effect": "NoSchedule", "key": CONTROL_PLANE_TAINT}],
        "volumes": [{"configMap": {"items": [{"key": "Corefile", "path": "Corefile"}], "name": COREDNS}, "name": "config-volume"}],
    }
    spec = {
        "replicas": REPLICAS,
        "selector": {"matchLabels": labels},
        "strategy": {"rollingUpdate": {"maxUnavailable": 1}, "type": "RollingUpdate"},
        "template": {"metadata": {"labels": dict(labels)}, "spec": pod},
    }
    return {**_named("apps/v1", "Deployment", COREDNS, labels), "spec": spec}


def proxy_config_map(address: str) -> Obj:
    """Return kube-proxy's ConfigMap: its configuration (``mode`` empty: iptables), and how it reaches the API server."""
    account = "/var/run/secrets/kubernetes.io/serviceaccount"
    kubeconfig = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [
            {"cluster": {"certificate-authority": f"{account}/ca.crt", "server": f"https://{address}:{API_PORT}"}, "name": "default"}
        ],
        "contexts": [{"context": {"cluster": "default", "namespace": "default", "user": "default"}, "name": "default"}],
        "current-context": "default",
        "users": [{"name": "default", "user": {"tokenFile": f"{account}/token"}}],
    }
    data = {"kubeconfig.conf": _yaml(kubeconfig), CONFIG_KEY: _yaml(_PROXY_CONFIG)}
    return {**_named("v1", "ConfigMap", KUBE_PROXY, {"app": KUBE_PROXY}), "data": data}


def proxy_daemon_set() -> Obj:
    """Return kube-proxy's DaemonSet."""
    labels = {"k8s-app": KUBE_PROXY}
    container: Obj = {
        "name": KUBE_PROXY,
        "image": constants.image(KUBE_PROXY),
        "imagePullPolicy": "IfNotPresent",
        "command": ["/usr/local/bin/kube-proxy", f"--config=/var/lib/kube-proxy/{CONFIG_KEY}", "--hostname-override=$(NODE_NAME)"],
        "securityContext": {"privileged": True},
        "volumeMounts": [
            {"mountPath": "/var/lib/kube-proxy", "name": KUBE_PROXY},
            {"mountPath": "/run/xtables.lock", "name": "xtables-lock"},
            {"mountPath": "/lib/modules", "name": "lib-modules", "readOnly": True},
        ],
        "env": [{"name": "NODE_NAME", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}}],
    }
    pod = {
        "containers": [container],
        "hostNetwork": True,
        "nodeSelector": dict(_SELECTED),
        "priorityClassName": "system-node-critical",
        "serviceAccountName": KUBE_PROXY,
        "tolerations": [{"operator": "Exists"}],
        "volumes": [
            {"configMap": {"name": KUBE_PROXY}, "name": KUBE_PROXY},
            {"hostPath": {"path": "/run/xtables.lock", "type": "FileOrCreate"}, "name": "xtables-lock"},
            {"hostPath": {"path": "/lib/modules"}, "name": "lib-modules"},
        ],
    }
    spec = {
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": dict(labels)}, "spec": pod},
        "updateStrategy": {"type": "RollingUpdate"},
    }
    return {**_named("apps/v1", "DaemonSet", KUBE_PROXY, labels), "spec": spec}


def _named(version: str, kind: str, name: str, labels: dict[str, str] | None = None, annotations: dict[str, str] | None = None) -> Obj:
    meta: Obj = {"name": name, "namespace": SYSTEM}
    meta |= {"labels": dict(labels)} if labels else {}
    meta |= {"annotations": annotations} if annotations else {}
    return {"apiVersion": version, "kind": kind, "metadata": meta}


def _yaml(value: Obj) -> str:
    return yaml.safe_dump(value, default_flow_style=False).rstrip("\n")
