"""The process: one set of informers, and the controllers, each in its lane.

Upstream they work at the same time, each with several workers. Here they take turns, in the order below where one event
wakes several: the one that makes and ends pods goes before the one that looks at what has become of them.
Upstream: ``cmd/kube-controller-manager/app/controllermanager.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cluster.apiserver.request import User
from cluster.client.client import Client
from cluster.client.informer import Informers
from cluster.controller_manager.base import PROCESS, Controller, Lane, open_lane
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


def _entrusted(keys: Keys, lane: Callable[[str, str], Lane]) -> Iterator[Controller]:
    """Make the controllers that need a key or a certificate, as far as it was given."""
    if keys.authority is not None:
        yield RootCaCertPublisher(lane("rootcacertpublisher", "root-ca-cert-publisher"), keys.authority.pem)
        yield CsrSigning(lane("csrsigning", "certificate-controller"), keys.authority)
    if keys.service_account is not None:
        root_ca = keys.authority.pem if keys.authority is not None else ""
        yield TokensController(lane("serviceaccounttoken", ""), keys.service_account, root_ca)


class ControllerManager:
    """kube-controller-manager. Used once: started when the cluster's loops begin, stopped when they end."""

    def __init__(self, client: Client, engine: Engine, keys: Keys) -> None:
        own = client.acting_as(PROCESS, User("system:kube-controller-manager", ("system:authenticated",)))
        self._informers = Informers(own, engine)

        def lane(controller: str, account: str, component: str = "") -> Lane:
            return open_lane(controller, account, component or account, own, engine, self._informers)

        self._controllers: tuple[Controller, ...] = (
            ReplicaSetController(lane("replicaset", "replicaset-controller")),
            ReplicationManager(lane("replicationcontroller", "replication-controller")),
            DeploymentController(lane("deployment", "deployment-controller")),
            DaemonSetController(lane("daemonset", "daemon-set-controller", "daemonset-controller")),
            JobController(lane("job", "job-controller")),
            StatefulSetController(lane("statefulset", "statefulset-controller")),
            CronJobController(lane("cronjob", "cronjob-controller")),
            HorizontalPodAutoscalerController(lane("podautoscaler", "horizontal-pod-autoscaler")),
            EndpointController(lane("endpoint", "endpoint-controller")),
            EndpointSliceController(lane("endpointslice", "endpointslice-controller", "endpoint-slice-controller")),
            EndpointSliceMirroringController(
                lane("endpointslicemirroring", "endpointslicemirroring-controller", "endpoint-slice-mirroring-controller")
            ),
            NamespaceController(lane("namespace", "namespace-controller")),
            ServiceAccountController(lane("serviceaccount", "service-account-controller")),
            NodeIpamController(lane("nodeipam", "node-controller", "cidrAllocator")),
            NodeLifecycleController(lane("nodelifecycle", "node-controller")),
            TaintEvictionController(lane("tainteviction", "node-controller", "taint-eviction-controller")),
            DisruptionController(lane("disruption", "disruption-controller", "controllermanager")),
            PodGarbageCollector(lane("podgc", "pod-garbage-collector")),
            PersistentVolumeController(lane("persistentvolume", "persistent-volume-binder", "persistentvolume-controller")),
            PvcProtectionController(lane("pvcprotection", "pvc-protection-controller")),
            PvProtectionController(lane("pvprotection", "pv-protection-controller")),
            ResourceQuotaController(lane("resourcequota", "resourcequota-controller")),
            ClusterRoleAggregationController(lane("clusterroleaggregation", "clusterrole-aggregation-controller")),
            TtlAfterFinishedController(lane("ttlafterfinished", "ttl-after-finished-controller")),
            GarbageCollector(lane("garbagecollector", "generic-garbage-collector", "garbage-collector-controller")),
            CsrApproving(lane("csrapproving", "certificate-controller")),
            CsrCleaner(lane("csrcleaner", "certificate-controller")),
            *_entrusted(keys, lane),
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
