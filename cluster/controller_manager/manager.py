"""The process: one set of informers, and the controllers, each in its lane.

Upstream they work at the same time, each with several workers. Here they take turns, in the order below where one event
wakes several: the one that makes and ends pods goes before the one that looks at what has become of them. Those that write endpoints go
first of all: upstream they have long read the pods when another controller's answer to the same event comes in, so that a pod that has
ended and the next one that goes are two changes of a slice (a StatefulSet that shrinks in order).
Upstream: ``cmd/kube-controller-manager/app/controllermanager.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from cluster.apiserver.request import User
from cluster.client.client import Client
from cluster.client.informer import Informers
from cluster.controller_manager.attachdetach.controller import AttachDetachController
from cluster.controller_manager.base import PROCESS, Controller, Lane, open_lane
from cluster.controller_manager.bootstrap.signer import BootstrapSigner
from cluster.controller_manager.bootstrap.token_cleaner import TokenCleaner
from cluster.controller_manager.certificates.approving import CsrApproving
from cluster.controller_manager.certificates.cleaner import CsrCleaner
from cluster.controller_manager.certificates.signing import CsrSigning
from cluster.controller_manager.clusterroleaggregation.controller import ClusterRoleAggregationController
from cluster.controller_manager.cronjob.controller import CronJobController
from cluster.controller_manager.daemon.controller import DaemonSetController
from cluster.controller_manager.deployment.controller import DeploymentController
from cluster.controller_manager.disruption.controller import DisruptionController
from cluster.controller_manager.endpoint.controller import EndpointController
from cluster.controller_manager.endpointslice.controller import EndpointSliceController
from cluster.controller_manager.endpointslicemirroring.controller import EndpointSliceMirroringController
from cluster.controller_manager.ephemeral.controller import EphemeralVolumeController
from cluster.controller_manager.garbagecollector.controller import GarbageCollector
from cluster.controller_manager.job.controller import JobController
from cluster.controller_manager.keys import Keys
from cluster.controller_manager.namespace.controller import NamespaceController
from cluster.controller_manager.nodeipam.controller import NodeIpamController
from cluster.controller_manager.nodelifecycle.controller import NodeLifecycleController
from cluster.controller_manager.nodelifecycle.taint_eviction import TaintEvictionController
from cluster.controller_manager.persistentvolume.controller import PersistentVolumeController
from cluster.controller_manager.podautoscaler.controller import HorizontalPodAutoscalerController
from cluster.controller_manager.podgc.controller import PodGarbageCollector
from cluster.controller_manager.pvcprotection.controller import PvcProtectionController
from cluster.controller_manager.pvprotection.controller import PvProtectionController
from cluster.controller_manager.replicaset.controller import ReplicaSetController
from cluster.controller_manager.replication.controller import ReplicationManager
from cluster.controller_manager.resourcequota.controller import ResourceQuotaController
from cluster.controller_manager.rootcacertpublisher.controller import RootCaCertPublisher
from cluster.controller_manager.serviceaccount.controller import ServiceAccountController
from cluster.controller_manager.serviceaccounttoken.controller import TokensController
from cluster.controller_manager.statefulset.controller import StatefulSetController
from cluster.controller_manager.ttlafterfinished.controller import TtlAfterFinishedController
from cluster.engine.engine import Engine

Place = tuple[Callable[[Lane], Controller], str, str, str]
"""What makes a controller, its name, its service account (empty: it acts as the process itself), and the source of its Events where that
has another name."""

_CONTROLLERS: tuple[Place, ...] = (
    (EndpointController, "endpoint", "endpoint-controller", ""),
    (EndpointSliceController, "endpointslice", "endpointslice-controller", "endpoint-slice-controller"),
    (ReplicaSetController, "replicaset", "replicaset-controller", ""),
    (ReplicationManager, "replicationcontroller", "replication-controller", ""),
    (DeploymentController, "deployment", "deployment-controller", ""),
    (DaemonSetController, "daemonset", "daemon-set-controller", "daemonset-controller"),
    (JobController, "job", "job-controller", ""),
    (StatefulSetController, "statefulset", "statefulset-controller", ""),
    (CronJobController, "cronjob", "cronjob-controller", ""),
    (HorizontalPodAutoscalerController, "podautoscaler", "horizontal-pod-autoscaler", ""),
    (
        EndpointSliceMirroringController,
        "endpointslicemirroring",
        "endpointslicemirroring-controller",
        "endpoint-slice-mirroring-controller",
    ),
    (NamespaceController, "namespace", "namespace-controller", ""),
    (ServiceAccountController, "serviceaccount", "service-account-controller", ""),
    (NodeIpamController, "nodeipam", "node-controller", "cidrAllocator"),
    (NodeLifecycleController, "nodelifecycle", "node-controller", ""),
    (TaintEvictionController, "tainteviction", "node-controller", "taint-eviction-controller"),
    (DisruptionController, "disruption", "disruption-controller", "controllermanager"),
    (PodGarbageCollector, "podgc", "pod-garbage-collector", ""),
    (EphemeralVolumeController, "ephemeral", "ephemeral-volume-controller", "ephemeral_volume"),
    (PersistentVolumeController, "persistentvolume", "persistent-volume-binder", "persistentvolume-controller"),
    (AttachDetachController, "attachdetach", "attachdetach-controller", ""),
    (PvcProtectionController, "pvcprotection", "pvc-protection-controller", ""),
    (PvProtectionController, "pvprotection", "pv-protection-controller", ""),
    (ResourceQuotaController, "resourcequota", "resourcequota-controller", ""),
    (ClusterRoleAggregationController, "clusterroleaggregation", "clusterrole-aggregation-controller", ""),
    (TtlAfterFinishedController, "ttlafterfinished", "ttl-after-finished-controller", ""),
    (GarbageCollector, "garbagecollector", "generic-garbage-collector", "garbage-collector-controller"),
    (CsrApproving, "csrapproving", "certificate-controller", ""),
    (CsrCleaner, "csrcleaner", "certificate-controller", ""),
    (BootstrapSigner, "bootstrapsigner", "bootstrap-signer", ""),
    (TokenCleaner, "tokencleaner", "token-cleaner", ""),
)


def _entrusted(keys: Keys) -> Iterator[Place]:
    """Return the controllers that need a key or a certificate, as far as it was given."""
    authority, signer = keys.authority, keys.service_account
    if authority is not None:
        yield lambda lane: RootCaCertPublisher(lane, authority.pem), "rootcacertpublisher", "root-ca-cert-publisher", ""
        yield lambda lane: CsrSigning(lane, authority), "csrsigning", "certificate-controller", ""
    if signer is not None:
        root_ca = authority.pem if authority is not None else ""
        yield lambda lane: TokensController(lane, signer, root_ca), "serviceaccounttoken", "", ""


class ControllerManager:
    """kube-controller-manager, from one start to its stop. ``disabled``: controllers that it runs without (``--controllers=*,-job``)."""

    def __init__(self, client: Client, engine: Engine, keys: Keys, disabled: Collection[str] = ()) -> None:
        own = client.acting_as(PROCESS, User("system:kube-controller-manager", ("system:authenticated",)))
        self._informers = Informers(own, engine)

        places = (*_CONTROLLERS, *_entrusted(keys))
        self._controllers = tuple(
            make(open_lane(name, account, component or account, own, engine, self._informers))
            for make, name, account, component in places
            if name not in disabled
        )

    def start(self) -> None:
        """List and watch, then begin."""
        self._informers.start()
        for controller in self._controllers:
            controller.start()

    def stop(self) -> None:
        """Close the watches and cancel the timers."""
        self._informers.stop()
        for controller in self._controllers:
            controller.stop()
