"""What may be typed in the page's ``kubectl`` line.

The line is no terminal: the program that it starts runs on the machine of the server, with the administrator's kubeconfig. So it may do
what a page may do anyway, which is to read and change this one cluster: no files of that machine, no other cluster, no plugins, and
nothing that goes on or asks back. Verbs and flags are those listed here; whether a flag suits a verb, kubectl says itself.
Flags are those of kubectl 1.33 and older, ``kubectl <verb> --help``.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass

from django.utils.translation import gettext as _

from dashboard.forms import Refusal

LENGTH_LIMIT = 2000
"""Characters of a line."""

READS = ("api-resources", "api-versions", "auth", "cluster-info", "describe", "events", "explain", "get", "logs", "top", "version", "wait")
"""Verbs that change nothing."""
READING_ROLLOUTS = ("history", "status")
"""What ``kubectl rollout`` does without a change."""
CHANGES = (
    *("annotate", "autoscale", "certificate", "cordon", "create", "delete", "drain", "exec", "expose", "label", "patch"),
    *("rollout", "run", "scale", "set", "taint", "uncordon"),
)

_SWITCHES = """
    -A --all-namespaces --all --all-containers --all-pods --command --delete-emptydir-data --disable-eviction --expose --force --help -h
    --ignore-daemonsets --ignore-not-found --list --namespaced --no-headers --now --overwrite --previous --prefix --quiet -q
    --recursive --show-events --show-kind --show-labels --show-managed-fields --timestamps --wait
"""
_VALUES = """
    --annotation --annotations --api-group --as --as-group --cascade --chunk-size --class -c --container --clusterip --clusterrole
    --cpu-percent --current-replicas --default-backend --description --docker-email --docker-password --docker-server
    --docker-username --dry-run --duration --env -e --external-name --field-manager --field-selector --for --from --from-literal
    --grace-period --group --hard --image --image-pull-policy --label-columns -L --labels -l --limit-bytes --limits --max
    --max-unavailable --min --min-available --name -n --namespace --non-resource-url --output -o --overrides --override-type --patch
    --pod-selector --port --preemption-policy --protocol --replicas --request-timeout --requests --resource --resource-name
    --resource-version --restart --revision --role --rule --schedule --scopes --selector --serviceaccount --session-affinity
    --since --since-time --sort-by --subresource --tail --target-port --tcp --timeout --to-revision --type --types --user --value
    --verb --verbs -v --v
"""
SWITCHES, VALUES = frozenset(_SWITCHES.split()), frozenset(_VALUES.split())
"""Flags that stand alone, or with ``=true`` and ``=false``, and flags that have a value."""
SWITCHES_OF = {"logs": frozenset({"-p"}), "top": frozenset({"--containers"})}
VALUES_OF = {"patch": frozenset({"-p"}), "set": frozenset({"--containers"})}
"""Those that mean this with one verb only."""
OUTPUTS = re.compile(r"(wide|yaml|json|name|(jsonpath|jsonpath-as-json|custom-columns|go-template)=.*)", re.DOTALL)
"""What ``-o`` may say: kinds of output that read no file for their template."""
OPERATORS = ("|", "||", "&", "&&", ";", ">", ">>", "<", "2>&1")


@dataclass(frozen=True, slots=True)
class Command:
    """What ``kubectl`` is told. ``changes``: whether it is more than a question."""

    arguments: tuple[str, ...]
    changes: bool


def read(line: str) -> Command:
    """Read a line, with or without the word ``kubectl`` before it. Raises Refusal 400."""
    words = _words(line)
    if words[:1] in (["kubectl"], ["k"]):
        words = words[1:]
    if not words:
        raise Refusal(400, _("Nothing is asked of kubectl yet."), _("For example: get pods -o wide"))
    verb = words[0]
    if verb not in READS and verb not in CHANGES:
        raise Refusal(400, _("kubectl %(verb)s cannot be typed here.") % {"verb": verb}, _hint_of(verb))
    _judge(verb, words[1:])
    return Command(tuple(words), verb in CHANGES and not (verb == "rollout" and words[1:2] and words[1] in READING_ROLLOUTS))


def _words(line: str) -> list[str]:
    if len(line) > LENGTH_LIMIT:
        raise Refusal(400, _("The line is longer than %(limit)d characters.") % {"limit": LENGTH_LIMIT}, _("Press M for manifests."))
    try:
        words = shlex.split(line.replace("\0", ""))
    except ValueError:
        raise Refusal(400, _("A quotation mark is open at the end of the line."), _("Close it, or write \\ before it.")) from None
    for word in words:
        if word in OPERATORS:
            hint = _("-o wide, -o yaml, -o jsonpath=..., -l and --field-selector choose what is shown.")
            raise Refusal(400, _("The line has no shell: %(word)s means nothing here.") % {"word": word}, hint)
    return words


def _hint_of(verb: str) -> str:
    if verb in ("apply", "replace", "edit", "diff", "kustomize"):
        return _("It works on files: press M to write a manifest and to apply it.")
    if verb.startswith("-"):
        return _("The verb comes first: get pods -n kube-system")
    return _("What can be: %(verbs)s. Everything else works in a terminal.") % {"verbs": ", ".join(sorted(READS + CHANGES))}


def _judge(verb: str, words: list[str]) -> None:
    """Raise Refusal for a flag that is not listed, wherever kubectl might see one: also where another flag's value may stand."""
    before = ""
    for word in words:
        is_value = _takes_next(verb, before)
        if word == "--" and not is_value:
            return
        if is_value and before in ("-o", "--output"):
            _judge_output(word)
        if word.startswith("-") and word not in ("-", "--"):
            _judge_flag(verb, word)
        before = word


def _judge_flag(verb: str, word: str) -> None:
    name, equals, value = word.partition("=")
    if _is_switch(verb, name) and (not equals or value in ("true", "false")):
        return
    if _is_attached(word):
        name, equals, value = word[:2], "=", word[2:].removeprefix("=")
    if name not in VALUES and name not in VALUES_OF.get(verb, ()):
        hint = _("It reads files, asks another cluster, goes on or asks back, or there is no such flag: use a terminal for it.")
        raise Refusal(400, _("The flag %(flag)s cannot be typed here.") % {"flag": name}, hint)
    if equals and name in ("-o", "--output"):
        _judge_output(value)


def _judge_output(value: str) -> None:
    if not OUTPUTS.fullmatch(value):
        hint = _("wide, yaml, json, name, jsonpath=..., custom-columns=... and go-template=... can.")
        raise Refusal(400, _("The output %(output)s cannot be asked for here.") % {"output": value}, hint)


def _takes_next(verb: str, flag: str) -> bool:
    """Whether kubectl may take the word behind a flag for its value."""
    return flag.startswith("-") and flag != "-" and "=" not in flag and not _is_switch(verb, flag) and not _is_attached(flag)


def _is_switch(verb: str, name: str) -> bool:
    return name in SWITCHES or name in SWITCHES_OF.get(verb, ())


def _is_attached(word: str) -> bool:
    """Whether a word is a flag of one letter with its value behind it, as ``-ndefault``."""
    return len(word) > 2 and word[1] != "-" and word[:2] in VALUES
