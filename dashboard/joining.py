"""A machine that joins, as the page lets it: ``kubeadm token create``, ``kubeadm join`` and the order for who runs the machines."""

from __future__ import annotations

import secrets
from itertools import count

from django.utils.translation import gettext as _

from cluster.machinery.kinds.core import NODES
from cluster.machinery.meta import Obj
from cluster.machinery.storage import Store
from cluster.runner.host import Host
from cluster.runner.kubeadm import Kubeadm
from cluster.runner.order_details import JOIN
from dashboard.forms import NewMachine

_ENTROPY = 32
"""Random bytes that a token is made of."""


async def offer(host: Host) -> Obj:
    """Return what the next machine may join with: ``{"uses", "endpoint", "token", "hash", "name"}``; no token: all have expired."""
    return {**await host.kubeadm(_offer), "name": await host.read(_next_name)}


async def new_token(host: Host) -> Obj:
    """Make a token and return what ``offer`` returns. Raises ApiError."""
    made = await host.kubeadm(lambda kubeadm: kubeadm.create_token(secrets.token_bytes(_ENTROPY)))
    return {**await offer(host), "token": str(made)}


async def join(host: Host, machine: NewMachine) -> str:
    """Let a machine join and return a sentence that says so. Raises ApiError, in kubeadm's words when it sends the machine away."""
    detail = {name: value for name, value in (("cpu", machine.cpu), ("memory", machine.memory)) if value}
    order = await host.kubeadm(lambda kubeadm: kubeadm.order(machine.name, detail, machine.token, machine.ca_hash))
    await host.act_on_node(machine.name, JOIN, order)
    return _("Node %(name)s joins: its kubelet registers it.") % {"name": machine.name}


def _offer(kubeadm: Kubeadm) -> Obj:
    token = kubeadm.usable_token() if kubeadm.is_used else None
    shown = str(token) if token is not None else ""
    return {"uses": kubeadm.is_used, "endpoint": kubeadm.endpoint, "token": shown, "hash": kubeadm.ca_cert_hash if kubeadm.is_used else ""}


def _next_name(store: Store) -> str:
    names = {kv.key.rpartition("/")[2] for kv in store.list(NODES.storage_key("", "")).items}
    return next(name for number in count(1) if (name := f"worker-{number}") not in names)
