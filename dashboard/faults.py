"""Faults as the page shows and changes them: the record of the store in cards, and sentences for what was done."""

from __future__ import annotations

import re
from dataclasses import asdict

from django.utils.translation import gettext as _

from cluster.container_runtime.trouble import Trouble
from cluster.machinery.meta import Obj
from cluster.machinery.storage import Store
from cluster.runner import drains
from cluster.runner.faults import messages, record
from cluster.runner.faults.messages import MessageFault
from cluster.runner.faults.record import Fault
from cluster.runner.host import Host
from dashboard.captions.faults import place
from dashboard.forms import LATE_SECONDS
from dashboard.refusals import called

PREFIX = "faults/"
"""Of the keys of their cards, and of the hops that break and mend."""


def offers() -> Obj:
    """Return what the page offers to break, and how many seconds stand in the fields of what takes some."""
    return {**record.offers(), "seconds": {record.SLOW: record.SECONDS, messages.DELAY: LATE_SECONDS}}


def cards(store: Store, revision: int) -> dict[str, Obj]:
    """Return a card for each thing that was broken, each component that was down without its container, each message that was awaited and
    each node that was being drained at ``revision``, by its key. Raises Compacted."""
    value = store.get(record.KEY, revision=revision)
    found, down = record.faults_in(value), record.down_in(value)
    awaited = messages.messages_in(store.get(messages.KEY, revision=revision))
    return {
        **{f"{PREFIX}{target}": _card(fault) for target, fault in found.items()},
        **{f"{PREFIX}{record.DOWN}{name}": {"kind": "Down", "name": name} for name in down},
        **{f"{drains.CARD}{node}": {"kind": "Drain", "name": node, "left": left} for node, left in drains.left_in(store, revision).items()},
        **{f"{PREFIX}{message.name}": {"kind": "MessageFault", **asdict(message)} for message in awaited},
    }


def _card(fault: Fault) -> Obj:
    return {"kind": "Fault", "name": fault.target, "fault": fault.fault, "seconds": fault.seconds}


async def change(host: Host, fault: Fault) -> str:
    """Break or mend, and return a sentence that says so. Raises ApiError."""
    if not fault.fault:
        await host.mend(fault.target)
        if fault.target.startswith(messages.MESSAGE):
            return _("Taken back: the message passes.")
        return (
            _("%(name)s is whole again.") % {"name": _named(fault.target)}
            if fault.target
            else _("Nothing is broken any more: what has ended begins again after its back-off.")
        )
    await host.break_component(fault)
    cuts = {
        "node": _("%(name)s is cut off from the network."),
        "containerd": _("The socket of %(name)s is gone: its kubelet cannot reach it."),
    }
    sentences = {
        record.STOPPED: _("%(name)s is stopped."),
        record.CUT_OFF: cuts.get(place(fault.target), _("%(name)s is cut off from the API server.")),
        record.SHORT: _("%(name)s: nearly all is taken."),
        Trouble.CRASH_LOOP: _("%(name)s ends soon after each start from now on."),
        Trouble.HUNG: _("%(name)s is halted and answers nobody."),
        Trouble.OUT_OF_MEMORY: _("%(name)s takes more and more memory from now on."),
        record.SLOW: _("%(name)s is slow: each piece of its work takes %(seconds)s s."),
    }
    return sentences[fault.fault] % {"name": _named(fault.target), "seconds": f"{fault.seconds:g}"}


def _named(target: str) -> str:
    """Return what something is called at the beginning of a sentence."""
    return re.sub("^the ", "The ", called(target))


async def change_message(host: Host, fault: MessageFault) -> str:
    """Let something happen to a message to come, and return a sentence that says so. Raises ApiError."""
    await host.break_message(fault)
    sentences = {
        messages.DROP: _("The next message %(verb)s %(key)s is lost."),
        messages.DUPLICATE: _("The next message %(verb)s %(key)s is sent twice."),
        messages.DELAY: _("The next message %(verb)s %(key)s comes %(seconds)s s late."),
    }
    return sentences[fault.effect] % {"verb": fault.verb, "key": fault.key, "seconds": f"{fault.seconds:g}"}
