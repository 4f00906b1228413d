"""What the page says when something is refused: a sentence, and what to try instead.

What the Kubernetes API itself refuses stays in its own words, as ``kubectl`` shows them, and so does what kubeadm says. Orders for the
simulation are nobody's but ours: they are worded here, in the language of who looks.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from cluster.machinery.errors import ApiError
from cluster.runner.faults.messages import MESSAGE
from cluster.runner.refused_order import RefusedOrder, Why
from dashboard.captions.names import component
from dashboard.language import language

NAMED = {Why.NO_FAULT: "target", Why.WHOLE: "name"}
"""The field that names a component or a message, which a sentence calls what the rest of the page calls it."""
LONGEST = 100
"""Characters of what somebody has typed that a sentence repeats."""


def worded(error: ApiError) -> tuple[str, str]:
    """Return what a refusal says, and a hint that suits it (empty: there is none)."""
    if not isinstance(error, RefusedOrder):
        return error.message, _api_hint(error.reason)
    fields = {name: value[:LONGEST] for name, value in error.fields.items()}
    if error.why in NAMED:
        fields[NAMED[error.why]] = called(fields[NAMED[error.why]])
    sentence = _sentences().get(error.why)
    return sentence % fields if sentence is not None else error.message, _hints()[error.why] % fields


def called(target: str) -> str:
    """Return what a component, or a message that was awaited, is called in the midst of a sentence."""
    if target.startswith(MESSAGE):
        return _("this message")
    word = component(target)
    return word.ko if language() == "ko" else word.en


def _sentences() -> Mapping[Why, str]:
    return {
        Why.NO_COMPONENT: _("There is no component to break of this name: %(target)s."),
        Why.NO_FAULT: _("There is no such fault of %(target)s: %(fault)s."),
        Why.SECONDS: _("The seconds are out of range: %(seconds)s."),
        Why.WHOLE: _("Nothing is wrong with %(name)s."),
        Why.NO_MESSAGE: _("Only a request to kube-apiserver or a watch event of it can be dropped, sent twice or delayed."),
        Why.KUBEADM_WAITS: _("kubeadm waits for nobody: its requests cannot be delayed."),
        Why.NO_CONTAINER: _("Pod %(name)s has no container %(container)s."),
        Why.ELSEWHERE: _("Pod %(name)s is not on node %(node)s."),
        Why.NOT_RUNNING: _("Container %(container)s of Pod %(name)s is not running."),
        Why.MACHINE_NAME: _("This cannot be a machine's name: %(name)s."),
        Why.NO_QUANTITY: _("This is no quantity of %(resource)s: %(value)s."),
        Why.NOTHING: _("A machine has more than nothing of %(resource)s, not %(value)s."),
        Why.RECORDING: _("This cluster is a recording: it can be looked at and not changed."),
    }


def _hints() -> Mapping[Why, str]:
    return {
        Why.NO_COMPONENT: _("Choose one on the diagram."),
        Why.NO_FAULT: _("Choose one of these: %(offered)s."),
        Why.SECONDS: _("Give more than 0 and at most %(most)s seconds."),
        Why.WHOLE: _("It may have been mended meanwhile: look at the diagram."),
        Why.NO_MESSAGE: _("Choose drop, duplicate or delay, and a message to the API server or from it."),
        Why.KUBEADM_WAITS: _("Drop the message, or have it sent twice."),
        Why.NO_CONTAINER: _("It has: %(containers)s."),
        Why.ELSEWHERE: _("Look at the diagram for the node that it is on."),
        Why.NOT_RUNNING: _("Wait until it runs."),
        Why.MACHINE_NAME: _("Use lower case letters, digits and hyphens, 63 at most, such as worker-4."),
        Why.NO_QUANTITY: _("For example 4 for cpu, 8Gi for memory."),
        Why.NOTHING: _("For example 4 for cpu, 8Gi for memory."),
        Why.KUBEADM: _("Use the token and the hash that the form proposes."),
        Why.RECORDING: _("Make a branch of it, and change that."),
    }


def _api_hint(reason: str) -> str:
    hints = {
        "NotFound": _("It may have been deleted meanwhile: look at the diagram."),
        "AlreadyExists": _("Choose another name, or delete the object first."),
        "Conflict": _("Somebody else was faster: try it once more."),
        "Invalid": _("Correct the fields that are named and send it again."),
        "BadRequest": _("Check the spelling of the fields."),
        "Forbidden": _("Choose another namespace, or wait until this one is ready."),
    }
    return hints.get(reason, "")
