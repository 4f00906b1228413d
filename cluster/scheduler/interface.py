"""What a plugin is: the extension points, and what a plugin answers at each.

A plugin is a class with a ``name`` that extends one or more of the classes below; it is pure and keeps nothing between
pods. None as an answer means success, as upstream's nil Status does.
Upstream: ``staging/src/k8s.io/kube-scheduler/framework/interface.go``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import ClassVar, Generic, Protocol, TypeVar, cast

from cluster.machinery.labels import Selector
from cluster.machinery.meta import Key, Obj, SimTime
from cluster.scheduler.cluster_event import Interest
from cluster.scheduler.node_info import NodeInfo, PodInfo
from cluster.scheduler.preemption.candidate import Search
from cluster.scheduler.snapshot import Snapshot

MAX_NODE_SCORE = 100
"""Scores after normalisation lie between 0 and this."""

T = TypeVar("T")


class Code(Enum):
    """Kinds of refusal."""

    ERROR = "Error"
    UNSCHEDULABLE = "Unschedulable"
    UNRESOLVABLE = "UnschedulableAndUnresolvable"
    """Preempting other pods would not help either."""
    SKIP = "Skip"
    """At PreFilter and PreScore: this plugin has nothing to say about the pod."""
    WAIT = "Wait"
    """At PreBind: not yet; ask again in a second."""


@dataclass(frozen=True, slots=True)
class Status:
    """A plugin's answer other than success. Make constants of statuses that do not vary."""

    code: Code
    reasons: tuple[str, ...] = ()


SKIP = Status(Code.SKIP)
WAIT = Status(Code.WAIT)


def unresolvable(*reasons: str) -> Status:
    """Return the refusal of a node that preemption could not make suitable."""
    return Status(Code.UNRESOLVABLE, reasons)


def unschedulable(*reasons: str) -> Status:
    """Return the refusal of a node that preemption might make suitable."""
    return Status(Code.UNSCHEDULABLE, reasons)


@dataclass(frozen=True, slots=True)
class StateKey(Generic[T]):
    """Names what a plugin keeps in the CycleState, and its type."""

    name: str


class CycleState:
    """What plugins remember from one extension point to the next while one pod is scheduled. ``snapshot``: of all nodes; ``skipped``:
    the plugins whose filters have nothing to say about the pod."""

    def __init__(self, nodes: Sequence[NodeInfo] | Snapshot = ()) -> None:
        self.snapshot = nodes if isinstance(nodes, Snapshot) else Snapshot(nodes)
        self.skipped: set[str] = set()
        self._values: dict[str, object] = {}

    @property
    def nodes(self) -> Sequence[NodeInfo]:
        """All nodes there are."""
        return self.snapshot.nodes

    def with_node(self, changed: NodeInfo) -> CycleState:
        """Return a copy for a cluster in which one node is as it would be."""
        copied = CycleState(self.snapshot.with_node(changed))
        copied.skipped, copied._values = set(self.skipped), dict(self._values)
        return copied

    def write(self, key: StateKey[T], value: T) -> None:
        """Remember a value."""
        self._values[key.name] = value

    def read(self, key: StateKey[T]) -> T:
        """Return what was written. Raises KeyError when nothing was."""
        return cast(T, self._values[key.name])


@dataclass(frozen=True, slots=True)
class PreFilterResult:
    """The only nodes worth looking at."""

    node_names: frozenset[str]


class ClusterView(Protocol):
    """What plugins may look up besides nodes and their pods (upstream: the informers behind the Handle)."""

    def namespace_labels(self, namespace: str) -> Mapping[str, str] | None:
        """Return the labels of a namespace, None when it does not exist."""
        ...

    def namespaces(self) -> Iterable[tuple[str, Mapping[str, str]]]:
        """Return every namespace with its labels."""
        ...

    def disruption_budgets(self) -> Sequence[Obj]:
        """Return every PodDisruptionBudget."""
        ...

    def claim(self, namespace: str, name: str) -> Obj | None:
        """Return a PersistentVolumeClaim, None when it does not exist."""
        ...

    def volume(self, name: str) -> Obj | None:
        """Return a PersistentVolume, None when it does not exist."""
        ...

    def volumes(self) -> Sequence[Obj]:
        """Return every PersistentVolume."""
        ...

    def storage_class(self, name: str) -> Obj | None:
        """Return a StorageClass, None when it does not exist."""
        ...

    def csi_node(self, name: str) -> Obj | None:
        """Return what a node's CSI drivers have said about it, None when there is none."""
        ...

    def csi_driver(self, name: str) -> Obj | None:
        """Return a CSIDriver, None when it has not been made known."""
        ...

    def storage_capacities(self) -> Sequence[Obj]:
        """Return what all drivers have said of their free space."""
        ...

    def attachments_to(self, node: str) -> Sequence[Obj]:
        """Return the VolumeAttachments of a node."""
        ...

    def assume_volume(self, volume: Obj) -> None:
        """Take a volume for what it will be, until a newer state of it is known."""
        ...

    def assume_claim(self, claim: Obj) -> None:
        """Take a claim for what it will be, until a newer state of it is known."""
        ...

    def forget_volume(self, name: str) -> None:
        """Take an assumption back; harmless when there is none."""
        ...

    def forget_claim(self, key: Key) -> None:
        """Take an assumption back; harmless when there is none."""
        ...

    def update_volume(self, volume: Obj) -> Obj:
        """Write a volume, and return it as it is then. Raises ApiError."""
        ...

    def update_claim(self, claim: Obj) -> Obj:
        """Write a claim, and return it as it is then. Raises ApiError."""
        ...

    def bind(self, pod: Obj, node: str) -> None:
        """Write which node a pod has. Raises ApiError."""
        ...

    def spreading_selector(self, pod: Obj) -> Selector:
        """Return what selects a pod together with those that do the same work; an empty selector when nobody says so."""
        ...


class Plugin(ABC):
    """What all plugins have in common."""

    name: ClassVar[str]
    is_local: ClassVar[bool] = False
    """Whether what its filter and its raw score say of a node follows from the node and the pod's signature alone, so that it can be
    remembered for the next pod like it."""

    def events_to_register(self) -> tuple[Interest, ...]:
        """Return the events that may let in a pod that this plugin has turned away (upstream: ``EnqueueExtensions``); by default none,
        for plugins that turn nobody away."""
        return ()


class PreEnqueuePlugin(Plugin):
    """Decides whether a pod may enter the queue at all."""

    @abstractmethod
    def pre_enqueue(self, pod: PodInfo) -> Status | None:
        """Return None to let the pod in."""


class QueueSortPlugin(Plugin):
    """Decides which pod is next. There is exactly one, the same in all profiles."""

    @abstractmethod
    def sort_key(self, pod: PodInfo, queued_at: SimTime) -> tuple[int, SimTime]:
        """Return what pods are sorted by, the smallest first."""


class PreFilterPlugin(Plugin):
    """Looks at the pod once before any node. ``counts_pods``: also at other pods, so that it has to look again when some are gone."""

    counts_pods: ClassVar[bool] = False

    @abstractmethod
    def pre_filter(self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo]) -> PreFilterResult | Status | None:
        """Return SKIP to leave out this plugin's filter, or the only nodes worth looking at."""


class FilterPlugin(Plugin):
    """Turns nodes away."""

    @abstractmethod
    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Return None when the pod could run on ``node``."""


@dataclass(frozen=True, slots=True)
class FailedCycle:
    """A pod that fits nowhere. ``statuses``: why each node was turned away; ``fits``: whether it could run on a node that has changed
    in thought (None: it could). ``state``: what the plugins remember of the cycle."""

    pod: PodInfo
    nodes: Sequence[NodeInfo]
    statuses: Mapping[str, Status]
    fits: Callable[[NodeInfo], Status | None]
    state: CycleState = field(default_factory=CycleState)


@dataclass(frozen=True, slots=True)
class PostFilterResult:
    """``message``: why nothing can be done; or the ``node`` that the pod will have when its ``victims`` are gone. ``gives_up``: a node
    that was promised earlier is of no use any more. ``is_error``: the plugin has failed, and no other one is asked. ``search``: what
    was looked at."""

    message: str
    node: str = ""
    victims: tuple[PodInfo, ...] = ()
    gives_up: bool = False
    is_error: bool = False
    search: Search | None = None


class PostFilterPlugin(Plugin):
    """Is asked when no node is left."""

    @abstractmethod
    def post_filter(self, cycle: FailedCycle) -> PostFilterResult:
        """Return what could be done, or what to add to the message."""


class ReservePlugin(Plugin):
    """Keeps for a pod what it needs of its node."""

    @abstractmethod
    def reserve(self, state: CycleState, pod: PodInfo, node: str) -> Status | None:
        """Keep it; every refusal is an error."""

    @abstractmethod
    def unreserve(self, state: CycleState, pod: PodInfo, node: str) -> None:
        """Give it back: the pod does not get the node after all. Also called when nothing was reserved."""


class PreBindPlugin(Plugin):
    """Does what has to be done before a pod is bound."""

    @abstractmethod
    def pre_bind(self, state: CycleState, pod: PodInfo, node: str, waited: float) -> Status | None:
        """Return None when the pod can be bound, WAIT to be asked again. ``waited``: seconds since it was asked first. Raises ApiError."""


class BindPlugin(Plugin):
    """Gives a pod its node for good."""

    @abstractmethod
    def bind(self, pod: PodInfo, node: str) -> None:
        """Write it down. Raises ApiError."""


class PreScorePlugin(Plugin):
    """Looks at the pod once before nodes are scored."""

    @abstractmethod
    def pre_score(self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo]) -> Status | None:
        """Return SKIP to leave out this plugin's score. ``nodes``: the feasible ones."""


class ScorePlugin(Plugin):
    """Ranks nodes."""

    @abstractmethod
    def score(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> int:
        """Return how well ``node`` suits the pod; 0 to 100 after ``normalize``."""

    def scores(self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo]) -> list[int]:
        """Return ``score`` of each node; a plugin that has something to look up for all of them does it once."""
        return [self.score(state, pod, node) for node in nodes]

    def normalize(self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo], scores: list[int]) -> list[int]:
        """Bring the scores of ``nodes`` into the range 0 to 100. By default they are already."""
        return scores


def default_normalize(scores: list[int], *, reverse: bool) -> list[int]:
    """Scale scores so that the largest becomes 100; ``reverse``: 100 for 0, 0 for the largest."""
    largest = max(scores, default=0)
    if largest == 0:
        return [MAX_NODE_SCORE] * len(scores) if reverse else scores
    scaled = [MAX_NODE_SCORE * score // largest for score in scores]
    return [MAX_NODE_SCORE - score for score in scaled] if reverse else scaled
