"""The one joint: which component is given what. No other module knows two columns of the house.

The store goes to the API server and to nobody else; every component gets a client. A node's own disk (containers, images,
addresses) is a part of the same store under ``/node/<name>/``. Real components find each other by flags and kubeconfigs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from django.conf import settings
from django.utils.module_loading import import_string

from cluster.apiserver.handler import KUBEADM, Handler
from cluster.apiserver.request import Api
from cluster.apiserver_controllers.api_services import ApiServiceController
from cluster.apiserver_controllers.definitions import DefinitionController
from cluster.client.client import Client
from cluster.client.informer import Informers
from cluster.cni.host_local import HostLocal
from cluster.cni.recording import RecordedCni
from cluster.container_runtime.containerd import Containerd
from cluster.container_runtime.image_file import image_table
from cluster.controller_manager.base import PROCESS as CONTROLLER_MANAGER
from cluster.controller_manager.keys import Keys
from cluster.controller_manager.manager import ControllerManager
from cluster.csi.attacher import LANE as ATTACHER
from cluster.csi.attacher import USER as ATTACHER_USER
from cluster.csi.attacher import Attacher
from cluster.csi.provisioner import LANE as PROVISIONER
from cluster.csi.provisioner import USER as PROVISIONER_USER
from cluster.csi.provisioner import Provisioner
from cluster.engine.clock import Clock
from cluster.engine.engine import Engine
from cluster.engine.rng import Rng
from cluster.engine.trace import Trace
from cluster.etcd.hop_log import SWITCHES
from cluster.etcd.rows import Rows
from cluster.etcd.snapshot import RESTORED
from cluster.etcd.store import DatabaseStore
from cluster.kubelet.kubelets import Kubelets, address_of
from cluster.kubelet.machine import Machine
from cluster.machinery.errors import bad_request
from cluster.machinery.meta import Obj, SimTime
from cluster.machinery.network import HttpRequest, HttpResponse
from cluster.machinery.node_files import MountedFiles, StoredFiles
from cluster.machinery.node_storage import StoredNode
from cluster.machinery.storage import Fence, Store
from cluster.models import Cluster
from cluster.runner.api_services import register_api_services
from cluster.runner.components import Components
from cluster.runner.default_roles import ensure_default_roles
from cluster.runner.drains import KUBECTL, Drains
from cluster.runner.far_ends import FarEnds
from cluster.runner.faults.control_plane_daemon import without_container
from cluster.runner.faults.follower import FaultFollower
from cluster.runner.faults.gate import Gate
from cluster.runner.faults.messages import MessageFault, Messages, break_message
from cluster.runner.faults.processes import Process, Processes
from cluster.runner.faults.record import CUT_OFF, STOPPED, Fault, Faults, break_component, mend, note_container
from cluster.runner.faults.relists import Relists
from cluster.runner.faults.runtime_line import line_to
from cluster.runner.flow_control import create_flow_control
from cluster.runner.keys import FOLDER, read_keys
from cluster.runner.kubeadm import Kubeadm
from cluster.runner.kubelet_servers import StoredKubelets
from cluster.runner.kubernetes_service import KubernetesService
from cluster.runner.machines import APISERVER, add_machine, control_plane_address, control_plane_peer, create_system_namespaces, machines_of
from cluster.runner.node_measurements import NodeMeasurements
from cluster.runner.node_orders import RESTART_SCHEDULER, NodeOrders, check_joining, check_order, write_order
from cluster.runner.order_details import DRAIN, JOIN, PRESSURE, shutdown_times
from cluster.runner.pod_network import pod_network
from cluster.runner.priority_classes import create_system_priority_classes
from cluster.runner.scheduler_config import config_text
from cluster.runner.service_cidr import create_default_service_cidr
from cluster.runner.sessions import Sessions
from cluster.runner.tokens import FILE, read_tokens
from cluster.scheduler.config.reading import read_config
from cluster.scheduler.framework import LANE as SCHEDULER
from cluster.scheduler.scheduler import USER as SCHEDULER_USER
from cluster.scheduler.scheduler import Scheduler

TOLD_BY_MACHINES = (*SWITCHES, "kill-container")
"""Orders that a hop of the machine itself tells of, which comes right after the order's own."""


class Loops:
    """Everything that acts by itself: made from the store when the lease is taken, thrown away when it is lost."""

    def __init__(self, store: Store, api: Handler, engine: Engine, machines: tuple[Machine, ...], keys: Keys) -> None:
        self.engine = engine
        self._store = store
        self._faults = Faults(store)
        messages = Messages(store, engine.trace)
        self._relists = Relists(engine.clock)
        gate = Gate(
            api,
            self._faults,
            messages,
            engine.trace,
            engine.after,
            engine.pause,
            lambda name: self._components.node_of(name),
            self._relists,
        )
        held = partial(self._faults.has, fault=STOPPED)
        front: Callable[[Api, SimTime, str, HttpRequest], HttpResponse] = import_string(settings.IN_CLUSTER_API)
        self._client = Client(gate, "kube-apiserver", APISERVER, engine.checkpoint)
        self._apiserver_informers = Informers(self._client, engine)
        self._kubernetes_service = KubernetesService(store, self._client, engine, control_plane_address(machines))
        self._definitions = DefinitionController(self._client, engine, self._apiserver_informers)
        self._api_services = ApiServiceController(self._client, engine, self._apiserver_informers)
        self._processes = Processes(
            engine,
            {
                SCHEDULER: self._new_scheduler,
                CONTROLLER_MANAGER: lambda disabled: ControllerManager(self._client, engine, keys, disabled),
                PROVISIONER: self._new_provisioner,
                ATTACHER: self._new_attacher,
            },
        )
        self._home = home = control_plane_peer(machines).node
        self._node_files: dict[str, MountedFiles] = {}
        self._runtimes: dict[str, Containerd] = {}
        self._components = Components(self._client, engine, self._disk, self._files, held, home, self._has_machine, self._note_container)
        self._network = pod_network(
            engine,
            self._machine_room,
            self._disk,
            home,
            self._components.pod_name,
            partial(self._faults.has, fault=CUT_OFF),
            self._is_up,
            lambda source, request: front(gate, engine.clock.now, source, request),
        )
        self._kubelets = Kubelets(
            self._client,
            engine,
            self._disk,
            self._files,
            self._runtime,
            self._network,
            machines,
            held,
            partial(line_to, faults=self._faults),
        )
        self._follower = FaultFollower(
            store, engine, self._faults, gate, self._processes, self._kubelets, self._components.follow_hold, messages
        )
        self._drains = Drains(store, self._client, engine)
        self._orders = NodeOrders(store, engine, self.act_on_node)
        self.sessions = Sessions(store, engine.trace, FarEnds(self._kubelets.runtime, self._network, control_plane_peer(machines), engine))

    def start(self) -> None:
        """Let every component list, watch and begin. After a restore of etcd that is what there is to see."""
        restored = self._store.get(RESTORED)
        if restored is None:
            self._start()
            return
        with self.engine.trace.caused_by(restored.obj["hop"]), self._relists.of_everybody():
            self._start()
        self._store.put(RESTORED, None)

    def _start(self) -> None:
        self.sessions.start()
        create_system_namespaces(self._store, self._client)
        with self.engine.trace.routine():
            ensure_default_roles(self._client)
            create_system_priority_classes(self._store, self._client)
            register_api_services(self._store, self._client)
            create_flow_control(self._store, self._client)
            create_default_service_cidr(self._store, self._client, self.engine.clock.now)
        self._kubernetes_service.start()
        self._apiserver_informers.start()
        for name in without_container(self._disk(self._home)):
            self._note_container(name, runs=False)
        self._follower.start()
        self._kubelets.start()
        self._drains.start()

    def join(self, machine: Machine, files: Mapping[str, str]) -> None:
        """Add a machine with these files to the cluster: its kubelet registers it in the next steps."""
        add_machine(self._store, machine)
        self._kubelets.join(machine, files)

    def serve_sessions(self) -> None:
        """Carry on what people do inside containers; what was answered to them can be read in logs at once."""
        self.sessions.serve()
        for runtime in self._runtimes.values():
            runtime.write_back()

    def _is_up(self, component: str) -> bool:
        if component in self._processes.names:
            return self._processes.is_running(component)
        return not self._faults.has(component, STOPPED)

    def _new_provisioner(self, _: tuple[str, ...]) -> Process:
        client = self._client.acting_as(PROVISIONER, PROVISIONER_USER)
        return Provisioner(client, Informers(client, self.engine), self.engine)

    def _new_attacher(self, _: tuple[str, ...]) -> Process:
        client = self._client.acting_as(ATTACHER, ATTACHER_USER)
        return Attacher(client, Informers(client, self.engine), self.engine)

    def _new_scheduler(self, _: tuple[str, ...]) -> Process:
        client = self._client.acting_as(SCHEDULER, SCHEDULER_USER)
        config = read_config(config_text(self._store, settings.SCHEDULER_CONFIG))
        return Scheduler(client, Informers(client, self.engine), self.engine, config)

    def act_on_node(self, node: str, action: str, detail: Obj) -> None:
        """Do something to a machine, or start the scheduler anew, as a hop of its own. Raises ApiError."""
        trace = self.engine.trace
        elsewhere = {RESTART_SCHEDULER: SCHEDULER, DRAIN: KUBECTL}
        target = elsewhere.get(action, f"node/{node}/kubelet")
        hop = trace.record(
            KUBEADM if action == JOIN else "dashboard", target, action, detail.get("key") or (f"nodes/{node}" if node else "")
        )
        hop.is_routine = action in TOLD_BY_MACHINES
        with trace.caused_by(hop.seq):
            self._act(node, action, detail)
        if action not in SWITCHES:  # the machine's own hop, which comes after this one, says what a switch has written
            hop.revision = self._store.revision

    def _act(self, node: str, action: str, detail: Obj) -> None:
        if action == JOIN:
            check_joining(self._store, node)
            self.join(Machine(node, **{name: value for name, value in detail.items() if name != "files"}), detail.get("files") or {})
        elif action == "stop":
            self._kubelets.stop_node(node)
        elif action == "start":
            self._kubelets.start_node(node)
        elif action == "shutdown":
            self._kubelets.shut_down(node, *shutdown_times(detail))
        elif action == DRAIN:
            self._drains.begin(node, is_forced=detail.get("force") == "true")
        elif action == "pressure":
            self._kubelets.set_pressure(node, **{name: detail.get(name) or "0" for name in PRESSURE})
        elif action == "configure-kubelet":
            self._kubelets.configure(node, detail["text"])
        elif action == RESTART_SCHEDULER:
            self._processes.restart(SCHEDULER)  # with the newest configuration
        elif action == "kill-container":
            self._kubelets.kill_container(detail["uid"], detail["container"])
        elif action == "write-manifest":
            self._kubelets.write_manifest(node, detail["name"], detail["text"])
        elif action == "remove-manifest":
            self._kubelets.remove_manifest(node, detail["name"])
        else:
            raise bad_request(f"there is no action {action!r}")

    def _disk(self, node: str) -> StoredNode:
        return StoredNode(self._store, node)

    def _files(self, node: str) -> MountedFiles:
        if node not in self._node_files:
            self._node_files[node] = MountedFiles(StoredFiles(self._disk(node)))
        return self._node_files[node]

    def _runtime(self, node: str) -> Containerd:
        disk = self._disk(node)
        cni = RecordedCni(HostLocal(disk), self.engine.trace, node)
        images = image_table(settings.IMAGES)
        runtime = Containerd(
            node, self.engine, disk, cni, self._files(node), self._network, self._components, lambda: address_of(disk), images
        )
        self._runtimes[node] = runtime
        return runtime

    def _machine_room(self) -> Kubelets:
        return self._kubelets

    def _note_container(self, component: str, runs: bool) -> None:
        note_container(self._store, self.engine.trace, self._home, component, runs=runs)

    def _has_machine(self, node: str) -> bool:
        return self._kubelets.plug(node) is not None


class Assembly:
    """One cluster as a process opens it: store and API server; with the lease, the loops."""

    def __init__(self, cluster_id: int) -> None:
        row = Cluster.objects.get(pk=cluster_id)
        self._id = cluster_id
        self.clock = Clock(SimTime(row.now))
        self.trace = Trace(self.clock)
        self.seed = row.seed
        self.rng = Rng(row.seed)
        self.rows = Rows(cluster_id)
        self.store = DatabaseStore(cluster_id, self.trace, self.clock)
        tokens, self._keys = read_tokens(settings.DATA_DIR / FILE), read_keys(settings.DATA_DIR / FOLDER)
        self.api = Handler(
            self.store,
            self.trace,
            self.clock,
            self.rng,
            tokens=tokens,
            signing_key=self._keys.service_account,
            kubelets=StoredKubelets(self.store, self.clock, self.trace),
            measurements=NodeMeasurements(self.store, self.clock),
        )
        self.door = Gate(self.api, Faults(self.store), Messages(self.store, self.trace), self.trace)
        self.kubeadm = Kubeadm(self.door, self.store, self.clock, self._keys.authority)
        self._loops: Loops | None = None

    def start_loops(self) -> Engine:
        """Build the engine and every component from what the store holds, and start them."""
        step = Cluster.objects.values_list("step", flat=True).get(pk=self._id)
        engine = Engine(self.clock, self.trace, self.rng, next_step=step + 1)
        engine.before_step(self.api.cacher.pump)
        self._loops = Loops(self.store, self.api, engine, tuple(machines_of(self.store)), self._keys)
        self._loops.start()
        return engine

    @property
    def authority(self) -> bytes:
        """The certificate of the authority that signs for the cluster, in PEM; empty when it was given none."""
        return self._keys.authority.pem.encode() if self._keys.authority is not None else b""

    def join(self, machine: Machine, files: Mapping[str, str] | None = None) -> None:
        """Add a machine to the cluster. ``files``: what kubeadm has left on it; without any it is trusted as it comes.

        Raises RuntimeError while the cluster's loops do not run here."""
        if self._loops is None:
            raise RuntimeError("the loops of the cluster do not run in this process")
        self._loops.join(machine, files or {})

    def refresh(self) -> None:
        """Catch up with what other processes have written."""
        self.store.refresh()
        self.api.cacher.pump()

    def serve_sessions(self, fence: Fence | None) -> bool:
        """Carry on what people do inside containers; return whether there was something to do. ``fence``: of who runs the loops."""
        if self._loops is None or fence is None or not self._loops.sessions.is_due:
            return False
        with self.store.transaction(fence=fence):
            self.rng.move_to(self.trace.next_seq)
            self._loops.serve_sessions()
        return True

    def break_component(self, fault: Fault) -> None:
        """Let a component have a fault: whoever runs the loops follows it. Raises ApiError (400)."""
        break_component(self.store, self.trace, fault)

    def break_message(self, fault: MessageFault) -> None:
        """Let something happen to the next message that matches. Raises ApiError (400)."""
        break_message(self.store, self.trace, fault)

    def mend(self, target: str) -> None:
        """Let a component be whole again, all of them when ``target`` is empty. Raises ApiError (400)."""
        mend(self.store, self.trace, target)

    def act_on_node(self, node: str, action: str, detail: Obj, fence: Fence | None) -> None:
        """Do something to a machine, or without ``fence`` have the process do it that runs the loops. Raises ApiError."""
        check_order(self.store, node, action, detail)
        if self._loops is None or fence is None:
            write_order(self.store, node, action, detail)
        else:
            with self.store.transaction(fence=fence):
                self._loops.act_on_node(node, action, detail)
