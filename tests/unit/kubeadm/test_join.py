"""``kubeadm join`` up to the start of the kubelet: what it reads, what it leaves, and what it says when it gives up."""

from __future__ import annotations

import pytest
import yaml

from cluster.kubeadm.join import JoinConfiguration, JoinError, join
from cluster.kubeadm.tokens import join_command, token_from, token_secret, usable_token
from cluster.machinery.bootstrap_token import BootstrapToken
from cluster.machinery.kinds.core import SECRETS
from cluster.machinery.meta import Obj, after
from tests.unit.apiserver.rig import START
from tests.unit.controller_manager.authority import AUTHORITY
from tests.unit.controller_manager.cluster_rig import ControlledRig
from tests.unit.kubeadm.rig import NOBODY, PIN, TOKEN, KubeadmRig

PREFLIGHT = "error execution phase preflight: "
IDENTITY = f"{PREFLIGHT}couldn't validate the identity of the API Server: "


@pytest.fixture(scope="module")
def rig() -> KubeadmRig:
    return KubeadmRig()


def test_it_leaves_what_the_kubelet_begins_with(rig: KubeadmRig) -> None:
    files = rig.join()
    kubeconfig = yaml.safe_load(files["/etc/kubernetes/bootstrap-kubelet.conf"])
    cluster, user = kubeconfig["clusters"][0]["cluster"], kubeconfig["users"][0]
    assert (
        sorted(files),
        files["/etc/kubernetes/pki/ca.crt"],
        yaml.safe_load(files["/var/lib/kubelet/config.yaml"])["rotateCertificates"],
        cluster["server"],
        user,
    ) == (
        ["/etc/kubernetes/bootstrap-kubelet.conf", "/etc/kubernetes/pki/ca.crt", "/var/lib/kubelet/config.yaml"],
        AUTHORITY.pem,
        True,
        "https://192.168.0.10:6443",
        {"name": "tls-bootstrap-token-user", "user": {"token": "abcdef.0123456789abcdef"}},
    )


def test_each_of_its_requests_is_seen_with_who_asks() -> None:
    rig = KubeadmRig()
    rig.hops()
    before = rig.trace.next_seq
    rig.join()
    hops = [hop for hop in rig.hops() if hop.seq >= before]
    asked = [(hop.key, hop.is_routine) for hop in hops if hop.source == "kubeadm"]
    who = [hop.outcome for hop in hops if hop.verb == "authentication"]
    assert (asked, who) == (
        [
            ("configmaps/kube-public/cluster-info", False),
            ("configmaps/kube-public/cluster-info", False),
            ("configmaps/kube-system/kubeadm-config", False),
            ("configmaps/kube-system/kube-proxy", False),
            ("configmaps/kube-system/kubelet-config", False),
            ("nodes/w1", False),
        ],
        ["system:anonymous"] * 2 + ["system:bootstrap:abcdef"] * 4,
    )


REFUSED: dict[str, tuple[str, tuple[str, ...], str]] = {
    "no token at all": (
        "abc",
        (PIN,),
        '[discovery.bootstrapToken.token: Invalid value: "abc": the bootstrap token is invalid, '
        'discovery.tlsBootstrapToken: Invalid value: "abc": the bootstrap token is invalid]',
    ),
    "a token that the cluster does not know": (
        "zzzzzz.0123456789abcdef",
        (PIN,),
        f'{IDENTITY}could not find a JWS signature in the cluster-info ConfigMap for token ID "zzzzzz"',
    ),
    "the wrong secret of a token": (
        "abcdef.0000000000000000",
        (PIN,),
        f"{IDENTITY}failed to verify JWS signature of received cluster info object, can't trust this API Server",
    ),
    "the hash of another authority": (
        str(TOKEN),
        ("sha256:" + "0" * 64,),
        f'{IDENTITY}cluster CA found in cluster-info ConfigMap is invalid: none of the public keys "{PIN}" are pinned',
    ),
    "a hash without its format": (
        str(TOKEN),
        ("0" * 64,),
        f'{IDENTITY}invalid discovery token CA certificate hash: invalid hash, expected "format:hex-value". Known format(s) are: sha256',
    ),
    "a hash of another format": (
        str(TOKEN),
        ("md5:00",),
        f'{IDENTITY}invalid discovery token CA certificate hash: unknown hash format "md5". Known format(s) are: sha256',
    ),
    "a hash that is too short": (
        str(TOKEN),
        ("sha256:0000",),
        f'{IDENTITY}invalid discovery token CA certificate hash: invalid hash "sha256:0000", '
        "expected a 32 byte SHA-256 hash, found 2 bytes",
    ),
}


@pytest.mark.parametrize(("token", "hashes", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_what_it_refuses(rig: KubeadmRig, token: str, hashes: tuple[str, ...], said: str) -> None:
    with pytest.raises(JoinError) as refused:
        rig.join("w1", token, *hashes)
    assert str(refused.value) == said


def test_a_cluster_is_pinned_unless_a_person_says_otherwise(rig: KubeadmRig) -> None:
    client = rig.client("kubeadm", NOBODY)
    with pytest.raises(JoinError, match="using token-based discovery without caCertHashes can be unsafe"):
        join(client, JoinConfiguration("w1", str(TOKEN)))
    assert len(join(client, JoinConfiguration("w1", str(TOKEN), is_unpinned=True))) == 3


def test_the_name_of_a_node_that_is_well_is_taken() -> None:
    rig = KubeadmRig()
    rig.add_node("w1")
    with pytest.raises(
        JoinError, match=r'kubelet-start: a Node with name "w1" and status "Ready" already exists in the cluster\. You must'
    ):
        rig.join()


UNPREPARED: dict[str, tuple[Obj, str]] = {
    "a cluster without a description": (
        {"kubeconfig": None},
        f"{IDENTITY}there is no kubeconfig key in the cluster-info ConfigMap. "
        "This API Server isn't set up for token bootstrapping, can't connect",
    ),
    "a description that somebody has changed": (
        {"kubeconfig": "apiVersion: v1\n"},
        f"{IDENTITY}failed to verify JWS signature of received cluster info object, can't trust this API Server",
    ),
}


@pytest.mark.parametrize(("data", "said"), UNPREPARED.values(), ids=UNPREPARED.keys())
def test_a_cluster_that_cannot_be_trusted(data: Obj, said: str) -> None:
    rig = KubeadmRig()
    rig.change_info(**data)
    with pytest.raises(JoinError) as refused:
        rig.join()
    assert str(refused.value) == said


def test_a_token_that_has_expired_signs_nothing_and_lets_nobody_in() -> None:
    cleaned, uncleaned = KubeadmRig(5), KubeadmRig(5)
    uncleaned.manager.stop()
    uncleaned.engine.forget("kube-controller-manager")
    said = []
    for rig in (cleaned, uncleaned):
        rig.run(10)
        with pytest.raises(JoinError) as refused:
            rig.join()
        said.append((str(refused.value), [secret["metadata"]["name"] for secret in rig.admin.list(SECRETS)]))
    assert said == [
        (f'{IDENTITY}could not find a JWS signature in the cluster-info ConfigMap for token ID "abcdef"', []),
        (
            f"{PREFLIGHT}unable to fetch the kubeadm-config ConfigMap: failed to get config map: Unauthorized",
            ["bootstrap-token-abcdef"],
        ),
    ]


def test_a_token_is_made_of_what_it_is_given() -> None:
    first, again, other = (token_from(entropy) for entropy in (b"1", b"1", b"2"))
    assert (first == again, first == other, len(first.id), len(first.secret)) == (True, False, 6, 16)


def test_the_newest_token_that_is_good_is_used() -> None:
    rig = ControlledRig("kube-system")
    for seconds, name in ((60, "aaaaaa"), (0, "bbbbbb"), (3600, "cccccc")):
        rig.admin.create(SECRETS, token_secret(BootstrapToken(name, TOKEN.secret), START, seconds=seconds))
        rig.run(1)
    stored = rig.admin.list(SECRETS)
    found = [usable_token(stored, now) for now in (START, after(START, 7200))]
    assert (found, usable_token([], START)) == ([BootstrapToken("cccccc", TOKEN.secret), BootstrapToken("bbbbbb", TOKEN.secret)], None)


def test_the_line_that_is_typed_on_a_new_machine() -> None:
    line = "kubeadm join 192.168.0.10:6443 --token abcdef.0123456789abcdef --discovery-token-ca-cert-hash sha256:00"
    assert join_command("192.168.0.10:6443", str(TOKEN), "sha256:00") == line
