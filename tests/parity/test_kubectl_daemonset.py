"""The real kubectl and the rollouts of a DaemonSet."""

from __future__ import annotations

import pytest

from tests.parity.conftest import Kubectl

pytestmark = pytest.mark.kubectl

AGENT = """
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {containers: [{name: c, image: "nginx:1.25"}]}
"""


def image_of(kubectl: Kubectl) -> str:
    return kubectl("get", "ds", "agent", "-o", "jsonpath={.spec.template.spec.containers[0].image}")


def revisions_of(kubectl: Kubectl) -> list[str]:
    return [line.split()[0] for line in kubectl("rollout", "history", "ds/agent").splitlines()[2:] if line]


def test_a_rollout_is_watched_listed_undone_and_restarted(kubectl: Kubectl) -> None:
    assert kubectl("apply", "-f", "-", stdin=AGENT) == "daemonset.apps/agent created\n"
    assert "successfully rolled out" in kubectl("rollout", "status", "ds/agent", "--timeout=60s")
    assert kubectl("set", "image", "ds/agent", "c=nginx:1.26") == "daemonset.apps/agent image updated\n"
    assert "successfully rolled out" in kubectl("rollout", "status", "ds/agent", "--timeout=60s")
    assert (image_of(kubectl), revisions_of(kubectl)) == ("nginx:1.26", ["1", "2"])
    assert kubectl("rollout", "undo", "ds/agent") == "daemonset.apps/agent rolled back\n"
    kubectl("rollout", "status", "ds/agent", "--timeout=60s")
    assert (image_of(kubectl), revisions_of(kubectl)) == ("nginx:1.25", ["2", "3"])
    assert kubectl("rollout", "restart", "ds/agent") == "daemonset.apps/agent restarted\n"
    kubectl("rollout", "status", "ds/agent", "--timeout=60s")
    assert revisions_of(kubectl) == ["2", "3", "4"]
