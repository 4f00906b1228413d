"""Every row of upstream's printer tests that is about a served kind, and the columns a real server answers with."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from cluster.apiserver.printers import printers, table
from cluster.machinery.kinds import KINDS, metrics
from cluster.machinery.kinds.apps import CONTROLLERREVISIONS, DAEMONSETS, DEPLOYMENTS, REPLICASETS, STATEFULSETS
from cluster.machinery.kinds.autoscaling import HORIZONTALPODAUTOSCALERS
from cluster.machinery.kinds.batch import CRONJOBS, JOBS
from cluster.machinery.kinds.certificates import CERTIFICATESIGNINGREQUESTS
from cluster.machinery.kinds.coordination import LEASES
from cluster.machinery.kinds.core import (
    COMPONENTSTATUSES,
    CONFIGMAPS,
    ENDPOINTS,
    EVENTS,
    NAMESPACES,
    NODES,
    PERSISTENTVOLUMECLAIMS,
    PERSISTENTVOLUMES,
    PODS,
    PODTEMPLATES,
    REPLICATIONCONTROLLERS,
    RESOURCEQUOTAS,
    SECRETS,
    SERVICEACCOUNTS,
    SERVICES,
)
from cluster.machinery.kinds.discovery import ENDPOINTSLICES
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.networking import INGRESSCLASSES, NETWORKPOLICIES, SERVICECIDRS
from cluster.machinery.kinds.policy import PODDISRUPTIONBUDGETS
from cluster.machinery.kinds.rbac import CLUSTERROLEBINDINGS, ROLEBINDINGS
from cluster.machinery.kinds.scheduling import PRIORITYCLASSES
from cluster.machinery.kinds.storage import STORAGECLASSES, VOLUMEATTRIBUTESCLASSES
from cluster.machinery.meta import Obj, SimTime, parse_timestamp
from tests.shared import shared_path

# The rows were recorded while the tests ran: each was printed in one of these seconds.
_MOMENTS = [parse_timestamp(f"2026-11-21T01:30:{second}Z") for second in (51, 52, 53)]

_TESTS: dict[str, Kind] = {
    "TestPrintCertificateSigningRequest": CERTIFICATESIGNINGREQUESTS,
    "TestPrintClusterRoleBinding": CLUSTERROLEBINDINGS,
    "TestPrintComponentStatus": COMPONENTSTATUSES,
    "TestPrintConfigMap": CONFIGMAPS,
    "TestPrintControllerRevision": CONTROLLERREVISIONS,
    "TestPrintCronJob": CRONJOBS,
    "TestPrintDaemonSet": DAEMONSETS,
    "TestPrintDeployment": DEPLOYMENTS,
    "TestPrintEndpoint": ENDPOINTS,
    "TestPrintEndpointSlice": ENDPOINTSLICES,
    "TestPrintEvent": EVENTS,
    "TestPrintIngressClass": INGRESSCLASSES,
    "TestPrintHPA": HORIZONTALPODAUTOSCALERS,
    "TestPrintJob": JOBS,
    "TestPrintLease": LEASES,
    "TestPrintNamespace": NAMESPACES,
    "TestPrintNetworkPolicy": NETWORKPOLICIES,
    "TestPrintNodeArch": NODES,
    "TestPrintNodeContainerRuntimeVersion": NODES,
    "TestPrintNodeExternalIP": NODES,
    "TestPrintNodeInternalIP": NODES,
    "TestPrintNodeKernelVersion": NODES,
    "TestPrintNodeName": NODES,
    "TestPrintNodeOSImage": NODES,
    "TestPrintNodeRole": NODES,
    "TestPrintNodeStatus": NODES,
    "TestPrintNonTerminatedPod": PODS,
    "TestPrintPersistentVolume": PERSISTENTVOLUMES,
    "TestPrintPersistentVolumeClaim": PERSISTENTVOLUMECLAIMS,
    "TestPrintPod": PODS,
    "TestPrintPodDisruptionBudget": PODDISRUPTIONBUDGETS,
    "TestPrintPodConditions": PODS,
    "TestPrintPodList": PODS,
    "TestPrintPodTemplate": PODTEMPLATES,
    "TestPrintPodWithRestartableInitContainer": PODS,
    "TestPrintPodwide": PODS,
    "TestPrintPriorityClass": PRIORITYCLASSES,
    "TestPrintReplicaSet": REPLICASETS,
    "TestPrintReplicationController": REPLICATIONCONTROLLERS,
    "TestPrintResourceQuota": RESOURCEQUOTAS,
    "TestPrintRoleBinding": ROLEBINDINGS,
    "TestPrintSecret": SECRETS,
    "TestPrintService": SERVICES,
    "TestPrintServiceAccount": SERVICEACCOUNTS,
    "TestPrintServiceCIDR": SERVICECIDRS,
    "TestPrintServiceLoadBalancer": SERVICES,
    "TestPrintStorageClass": STORAGECLASSES,
    "TestPrintStatefulSet": STATEFULSETS,
    "TestPrintVolumeAttributesClass": VOLUMEATTRIBUTESCLASSES,
}

_SHORTENED = ("TestPrintServiceLoadBalancer", 3)
"""The address as kubectl once shortened it; a server always prints it whole."""


_ONLY_WIDE = "PreemptionPolicy"
"""A column of the first rank that upstream fills only when asked for a wide row, as a server always does."""


def _recorded() -> dict[str, list[Obj]]:
    tables = json.loads(shared_path("upstream-tables", "printers_table_rows.json").read_text())["tables"]
    return {name.split("/")[1]: table["cases"] for name, table in tables.items()}


def _cases() -> Iterator[object]:
    for name, kind in _TESTS.items():
        for index, case in enumerate(_recorded()[name]):
            if (name, index) == _SHORTENED:
                continue
            yield pytest.param(kind, case, id=f"{name} {index}")


def _subjects(case: Obj) -> list[Obj]:
    """The printed objects of a case: it holds one object, or one list."""
    found = [value for value in case.values() if isinstance(value, dict) and "apiVersion" in value]
    return [{"kind": subject["kind"].removesuffix("List"), **item} for subject in found for item in subject.get("items", [subject])]


def _rows(kind: Kind, case: Obj, wanted: list[Obj], now: SimTime) -> list[Obj]:
    """The rows as the recorded case shows them: some without the columns of ``-o wide``."""
    printed = table(kind, _subjects(case), now, list_meta={}, include_object="None")
    rows = []
    for row, expected in zip(printed["rows"], wanted, strict=True):
        is_wide = len(expected["cells"]) == len(printed["columnDefinitions"])
        columns = [is_wide or not (column["priority"] or column["name"] == _ONLY_WIDE) for column in printed["columnDefinitions"]]
        rows.append({**row, "cells": [cell for cell, is_shown in zip(row["cells"], columns, strict=True) if is_shown]})
    return rows


@pytest.mark.parametrize(("kind", "case"), list(_cases()))
def test_a_row_is_what_upstream_prints(kind: Kind, case: Obj) -> None:
    wanted = case.get("expected", case.get("expect"))
    assert wanted in [_rows(kind, case, wanted, now) for now in _MOMENTS]


def test_every_upstream_test_of_a_served_kind_is_run_or_listed() -> None:
    served = {kind.kind for kind in KINDS if "get" in kind.verbs}
    about = {name: {subject.get("kind") for case in cases for subject in _subjects(case)} for name, cases in _recorded().items()}
    assert {name for name, kinds in about.items() if kinds & served} == set(_TESTS)


@pytest.mark.parametrize(
    "kind",
    [kind for kind in KINDS if "get" in kind.verbs and kind.is_storage_version and kind.group != metrics.GROUP],
    ids=lambda kind: kind.plural,
)
def test_columns_are_those_of_a_real_server(kind: Kind) -> None:
    recorded = json.loads(shared_path("golden", "golden", "public", "tables.json").read_text())
    wanted = recorded[f"{kind.api_version}/{kind.plural}"]
    described = table(kind, [], _MOMENTS[0], list_meta={})["columnDefinitions"]
    assert [{key: column[key] for key in ("format", "name", "priority", "type")} for column in described] == wanted


def test_every_kind_has_a_printer() -> None:
    assert set(printers) == {kind for kind in (*KINDS, *metrics.KINDS) if "get" in kind.verbs}
