"""The API server: every request passes authentication, authorization, admission and validation on its way to the registry.

The real one is a chain of HTTP filters in front of one handler per resource and verb. Here a request is a value, the
stages are calls, and each leaves a hop. What writes runs in one transaction of the store, hops included; a refusal
writes nothing but its hops. A read costs no commit: its hops wait for the next transaction.

Upstream: ``staging/src/k8s.io/apiserver/pkg/server/config.go`` (``DefaultBuildHandlerChain``),
``staging/src/k8s.io/apiserver/pkg/endpoints/handlers/``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from functools import partial

from cluster.apiserver.admission.plugins import default_chain
from cluster.apiserver.aggregator import Aggregator
from cluster.apiserver.apiextensions.installer import Installer
from cluster.apiserver.authentication import Authenticator
from cluster.apiserver.authentication.bootstrap_tokens import BootstrapTokens
from cluster.apiserver.authentication.keys import SigningKey
from cluster.apiserver.authentication.service_accounts import ServiceAccountTokens
from cluster.apiserver.authorization import node_and_rbac
from cluster.apiserver.authorization.attributes import Attributes, attributes_of, path_attributes
from cluster.apiserver.authorization.node.relations import Relations
from cluster.apiserver.authorization.rbac.policy import Policy
from cluster.apiserver.authorization.refusals import refused
from cluster.apiserver.cacher import Cacher
from cluster.apiserver.call import Call
from cluster.apiserver.impersonation import impersonated
from cluster.apiserver.reader import StoreReader
from cluster.apiserver.registry import strategies
from cluster.apiserver.registry.rbac.escalation import GUARDS
from cluster.apiserver.request import Credentials, Request, Response, User, Watch, WatchReady
from cluster.apiserver.resources import Resources, Rests
from cluster.apiserver.rest import Installation
from cluster.apiserver.strategy import Strategy
from cluster.apiserver.traced_store import TracedStore
from cluster.engine.clock import Clock
from cluster.engine.rng import Rng
from cluster.engine.trace import Trace
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.apiextensions import CUSTOMRESOURCEDEFINITIONS
from cluster.machinery.kinds.apiregistration import APISERVICES
from cluster.machinery.kinds.coordination import LEASES
from cluster.machinery.kinds.core import EVENTS, NODES
from cluster.machinery.kinds.events import EVENTS_V1
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.rbac import KINDS as RBAC_KINDS
from cluster.machinery.kinds.served import ServedKinds
from cluster.machinery.kubelet_server import KubeletServers, NoKubelets
from cluster.machinery.measurements import Measurements, NoMeasurements
from cluster.machinery.meta import Obj
from cluster.machinery.storage import KeyValue, Store

READS = frozenset({"get", "list"})
_AS_THE_REST = nullcontext()
"""What a request is marked with that is no routine of its own."""
KUBEADM = "kubeadm"
"""A client that comes once: what it reads is looked at like what others write."""


def is_routine(request: Request) -> bool:
    """Whether a write comes all the time and tells nobody anything new: leases, Events, the status that a kubelet reports."""
    if request.kind is NODES:
        return request.subresource == "status" and request.source.endswith("/kubelet")
    return request.kind in (LEASES, EVENTS, EVENTS_V1)


class Handler:
    """Implements ``request.Api``. ``tokens``: the user that each bearer token stands for; ``signing_key``: of ServiceAccount tokens;
    ``policy``: roles and bindings from the start, those of the store when None; ``kubelets``: the way to the nodes, if there is one;
    ``measurements``: what containers use, made up where nothing is measured.
    """

    def __init__(
        self,
        store: Store,
        trace: Trace,
        clock: Clock,
        rng: Rng,
        *,
        tokens: Mapping[str, User] | None = None,
        signing_key: SigningKey | None = None,
        policy: Policy | None = None,
        kubelets: KubeletServers | None = None,
        measurements: Measurements | None = None,
    ) -> None:
        self._store, self._trace, self._rng = store, trace, rng
        reader = StoreReader(store)
        self._authenticator = Authenticator(tokens or {}, ServiceAccountTokens(signing_key, reader, clock), BootstrapTokens(reader, clock))
        traced = TracedStore(store, trace)
        self.cacher = Cacher(store, clock)
        self.cacher.install(tuple(strategies.values()))
        policy = policy or Policy(reader.list)
        for kind in RBAC_KINDS:
            self.cacher.follow(kind, partial(policy.changed, kind))
        self._authorizer = node_and_rbac(policy, Relations(self.cacher.pods_on, reader, lambda: self.kinds))
        self._chain = default_chain(reader, self._authorizer, traced, clock, rng)
        self._resources = Resources(traced, reader, clock, rng, self.cacher.pods_on)
        self._resources.install(tuple(strategies.values()))
        for kind, guard in GUARDS.items():
            self._resources.registry(kind).guard = guard(kind, policy, self._authorizer)
        self._installation = Installation(
            self._resources.registry,
            lambda: self.kinds,
            reader,
            clock,
            rng,
            self._authenticator,
            self._authorizer,
            kubelets or NoKubelets(),
            measurements or NoMeasurements(),
        )
        self._resources.install_rests(self._installation)
        installer, aggregator = Installer(self, reader), Aggregator(self, reader)
        self.cacher.follow(CUSTOMRESOURCEDEFINITIONS, installer.changed)
        self.cacher.follow(APISERVICES, aggregator.changed)
        installer.start()
        aggregator.start()

    @property
    def kinds(self) -> ServedKinds:
        """What is served now; another set takes its place when a kind comes or goes. May be read on any thread."""
        return self._resources.kinds

    def add_kinds(self, custom: Sequence[Strategy], rests: Rests) -> None:
        """Serve kinds that are not in the table. ``rests``: what serves the paths that have a Rest of their own."""
        self.cacher.install(custom)
        self._resources.add(custom, rests)

    def remove_kinds(self, custom: Sequence[Kind]) -> None:
        """Serve kinds no longer that were added; their watches end."""
        self._resources.remove(custom)
        self.cacher.remove(custom)

    def add_aggregated(self, kinds: Sequence[Kind]) -> None:
        """Serve kinds that another API server of the cluster has."""
        self._resources.add_aggregated(kinds, self._installation)

    def remove_aggregated(self, kinds: Sequence[Kind]) -> None:
        """Serve them no longer."""
        self._resources.remove(kinds)

    @property
    def token_keys(self) -> Obj | None:
        """The JSON Web Key Set that ServiceAccount tokens are checked with; None: there are none. May be read on any thread."""
        key = self._authenticator.service_accounts.key
        return None if key is None else key.key_set()

    def serve(self, request: Request) -> Response:
        """Run one request through every stage. Raises ApiError with the Status to answer."""
        if (request.verb in READS and not request.kind.connects(request.subresource)) or request.options.dry_run:
            with self._trace.deferred(is_routine=request.source != KUBEADM and not request.is_relist):
                answer = self._answer(request)
        else:
            with self._store.transaction():
                if not self._trace.step:
                    self._rng.move_to(self._trace.next_seq)
                with self._trace.routine() if is_routine(request) else _AS_THE_REST:
                    answer = self._answer(request)
            self.cacher.pump()
        if isinstance(answer, ApiError):
            try:
                raise answer
            finally:
                del answer  # its traceback holds this frame: as a ring they would wait for the garbage collector, and the request with them
        return answer

    def watch(self, request: Request, on_ready: WatchReady) -> Watch:
        """Open a watch. Raises ApiError; what was compacted is an ERROR event of the watch itself."""
        with self._trace.deferred():
            call = Call(request, self._trace, self._chain)
            with self._trace.caused_by(call.hop.seq):
                try:
                    self._identify(call)
                    watch = self.cacher.watch(request, on_ready)
                except ApiError as error:
                    call.reply(error)
                    raise
                call.reply(200)
                return watch

    def visit(self, credentials: Credentials, verb: str, path: str) -> None:
        """Authenticate and authorize a request for a path that names no resource. Raises ApiError 401, 403."""
        attributes = path_attributes(self._authenticator.authenticate(credentials), verb, path)
        self._authorize(self._as_whom(attributes, credentials), credentials)

    def _answer(self, request: Request) -> Response | ApiError:
        """Return the refusal instead of raising it: an exception would undo the transaction, and with it the hops."""
        call = Call(request, self._trace, self._chain)
        with self._trace.caused_by(call.hop.seq):
            try:
                self._identify(call)
                response = self._resources.rest(request.kind, request.subresource).serve(call)
            except ApiError as error:
                error.warnings = tuple(call.warnings)
                call.reply(error)
                return error
            value = response.value
            call.reply(response.code, value.mod_revision if isinstance(value, KeyValue) else 0)
            return response if response.warnings or not call.warnings else response._replace(warnings=tuple(call.warnings))

    def _identify(self, call: Call) -> None:
        request = call.request
        try:
            attributes = attributes_of(self._authenticator.authenticate(request.credentials), request)
            attributes = self._as_whom(attributes, request.credentials)
        except ApiError as error:
            call.refused("authentication", error)
            raise
        call.user = attributes.user
        call.passed("authentication", call.user.name)
        try:
            self._authorize(attributes, request.credentials)
        except ApiError as error:
            call.refused("authorization", error)
            raise
        call.may = lambda verb: self._authorizer.authorize(attributes._replace(verb=verb))
        call.passed("authorization")
        if request.fault is not None:
            raise request.fault

    def _as_whom(self, attributes: Attributes, credentials: Credentials) -> Attributes:
        """Return the question as of whom its maker wants to be. Raises ApiError 403 for one who may not."""
        wanted, audit = credentials.impersonate, credentials.audit
        if audit is not None:
            audit.user = attributes.user
        if wanted is None:
            return attributes
        user = impersonated(self._authorizer, wanted, attributes)
        if audit is not None:
            audit.impersonated = user
        return attributes._replace(user=user)

    def _authorize(self, attributes: Attributes, credentials: Credentials) -> None:
        decision = self._authorizer.authorize(attributes)
        if credentials.audit is not None:
            found = {"decision": "allow" if decision.is_allowed else "forbid", "reason": decision.reason}
            credentials.audit.annotations |= {f"authorization.k8s.io/{name}": text for name, text in found.items()}
        if not decision.is_allowed:
            raise refused(attributes, decision.reason)
