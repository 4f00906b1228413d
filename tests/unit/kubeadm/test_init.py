"""What ``kubeadm init`` sends to the API server, which takes all of it."""

from __future__ import annotations

import yaml

from cluster.coredns.corefile import parse_corefile
from cluster.kube_proxy.config import Config, parse_config
from cluster.kubeadm.addons import COREFILE
from cluster.kubeadm.init import upload
from cluster.kubeadm.tokens import INIT_DESCRIPTION, token_secret
from cluster.machinery.bootstrap_token import BootstrapToken
from cluster.machinery.kinds.apiregistration import APISERVICES
from cluster.machinery.kinds.apps import DAEMONSETS, DEPLOYMENTS
from cluster.machinery.kinds.core import CONFIGMAPS, SERVICES
from tests.unit.apiserver.rig import Rig

ADDRESS = "192.168.0.10"
TOKEN = BootstrapToken("abcdef", "0123456789abcdef")


class Initialised(Rig):
    """An API server after kubeadm's phases."""

    def __init__(self) -> None:
        super().__init__("default", "kube-system", "kube-public")
        upload(self.admin, ADDRESS, "Q0E=", token_secret(TOKEN, self.clock.now, INIT_DESCRIPTION))


def test_configuration_that_joining_machines_read() -> None:
    rig = Initialised()
    maps = {obj["metadata"]["name"]: obj for namespace in ("kube-system", "kube-public") for obj in rig.admin.list(CONFIGMAPS, namespace)}
    cluster = yaml.safe_load(maps["kubeadm-config"]["data"]["ClusterConfiguration"])
    kubelet = yaml.safe_load(maps["kubelet-config"]["data"]["kubelet"])
    info = yaml.safe_load(maps["cluster-info"]["data"]["kubeconfig"])
    assert (cluster["networking"], kubelet["clusterDNS"], kubelet["staticPodPath"], info["clusters"]) == (
        {"dnsDomain": "cluster.local", "podSubnet": "10.244.0.0/16", "serviceSubnet": "10.96.0.0/12"},
        ["10.96.0.10"],
        "/etc/kubernetes/manifests",
        [{"cluster": {"certificate-authority-data": "Q0E=", "server": "https://192.168.0.10:6443"}, "name": ""}],
    )


def test_the_components_understand_their_configuration() -> None:
    data = Initialised().admin.get(CONFIGMAPS, "kube-proxy", "kube-system")["data"]
    assert (parse_config(data["config.conf"]), [server.zones for server in parse_corefile(COREFILE)]) == (Config(), [(".",)])


def test_the_dns_server_has_the_tenth_address_of_the_range() -> None:
    spec = Initialised().admin.get(SERVICES, "kube-dns", "kube-system")["spec"]
    ports = [(port["name"], port["port"], port["protocol"]) for port in spec["ports"]]
    assert (spec["clusterIP"], ports) == ("10.96.0.10", [("dns", 53, "UDP"), ("dns-tcp", 53, "TCP"), ("metrics", 9153, "TCP")])


def test_add_ons_run_on_machines_that_came_through_kubeadm_only() -> None:
    admin = Initialised().admin
    made = [admin.get(DAEMONSETS, "kube-proxy", "kube-system")]
    made += [admin.get(DEPLOYMENTS, name, "kube-system") for name in ("coredns", "metrics-server")]
    selected = {"kubernetes.io/os": "linux", "node.kubernetes.io/instance-type": "podium"}
    assert [obj["spec"]["template"]["spec"]["nodeSelector"] for obj in made] == [selected] * 3


def test_metrics_are_asked_of_metrics_server() -> None:
    admin = Initialised().admin
    reference = admin.get(APISERVICES, "v1beta1.metrics.k8s.io")["spec"]["service"]
    service, deployment = admin.get(SERVICES, "metrics-server", "kube-system"), admin.get(DEPLOYMENTS, "metrics-server", "kube-system")
    template = deployment["spec"]["template"]
    ports = {port["name"] for container in template["spec"]["containers"] for port in container["ports"]}
    wanted = [(port["port"], port["targetPort"]) for port in service["spec"]["ports"]]
    assert (reference, wanted, service["spec"]["selector"], ports) == (
        {"name": "metrics-server", "namespace": "kube-system", "port": 443},
        [(443, "https")],
        template["metadata"]["labels"],
        {"https"},
    )
