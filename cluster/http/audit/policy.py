"""The audit policy: of which requests how much is written, by the first rule that fits.

The file is upstream's (``kind: Policy``, ``audit.k8s.io/v1``); here it is checked when the server starts, and not read again.

Upstream: ``staging/src/k8s.io/apiserver/pkg/audit/policy/{reader,checker}.go``, ``.../pkg/apis/audit/validation/validation.go``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from cluster.apiserver.authorization.attributes import Attributes
from cluster.machinery.errors import FieldError, invalid, not_supported, required
from cluster.machinery.meta import Obj

LEVELS = ("None", "Metadata", "Request", "RequestResponse")
RECEIVED, STARTED, COMPLETE, PANIC = STAGES = ("RequestReceived", "ResponseStarted", "ResponseComplete", "Panic")
_MIXED = "rules cannot apply to both regular resources and non-resource URLs"


class BadPolicy(Exception):  # noqa: N818
    """A policy file that cannot be followed; the text says why."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How much of a request is written (a level), and which stages of it are not."""

    level: str
    omit_stages: frozenset[str] = frozenset()
    omit_managed_fields: bool = False


class Policy:
    """Rules in their order; a request that none fits is not written."""

    def __init__(self, document: Obj) -> None:
        self._rules: list[Obj] = document["rules"]
        self._omit_stages = frozenset(document.get("omitStages") or ())
        self._omit_managed_fields = bool(document.get("omitManagedFields"))

    def judge(self, attributes: Attributes) -> Verdict:
        """Return how much is to be written of a request."""
        for rule in self._rules:
            if _fits(rule, attributes):
                managed = rule.get("omitManagedFields")
                omits_managed = self._omit_managed_fields if managed is None else bool(managed)
                return Verdict(rule["level"], self._omit_stages | frozenset(rule.get("omitStages") or ()), omits_managed)
        return Verdict("None")


def read_policy(path: Path) -> Policy:
    """Read a policy file. Raises BadPolicy, which names everything that is wrong with it."""
    try:
        document = yaml.safe_load(path.read_text())
    except OSError as error:
        raise BadPolicy(f"{path} cannot be read ({error.strerror})") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadPolicy(f"{path} is not YAML: {error}") from None
    if not isinstance(document, dict) or (document.get("apiVersion"), document.get("kind")) != ("audit.k8s.io/v1", "Policy"):
        raise BadPolicy(f"{path} is no audit policy: it has to begin with apiVersion: audit.k8s.io/v1 and kind: Policy")
    rules = document.get("rules")
    if not isinstance(rules, list) or not rules or not all(isinstance(rule, dict) for rule in rules):
        raise BadPolicy(f"loaded illegal policy with 0 rules from file {path}")
    faults = _stage_faults(document, "omitStages")
    for index, rule in enumerate(rules):
        faults += _rule_faults(rule, f"rules[{index}]")
    if faults:
        raise BadPolicy(f"{path}: {'; '.join(str(fault) for fault in faults)}")
    return Policy(document)


def _rule_faults(rule: Obj, path: str) -> list[FieldError]:
    level = rule.get("level")
    if not level:
        faults = [required(f"{path}.level")]
    else:
        faults = [] if level in LEVELS else [not_supported(f"{path}.level", level, LEVELS, in_order=True)]
    urls = rule.get("nonResourceURLs") or []
    if urls and (rule.get("resources") or rule.get("namespaces")):
        faults.append(invalid(f"{path}.nonResourceURLs", urls, _MIXED))
    for index, url in enumerate(urls):
        here = f"{path}.nonResourceURLs[{index}]"
        if url != "*" and not url.startswith("/"):
            faults.append(invalid(here, url, "non-resource URL rules must begin with a '/' character"))
        if url != "*" and "*" in url[:-1]:
            faults.append(invalid(here, url, "non-resource URL wildcards '*' must be the final character of the rule"))
    for index, group in enumerate(rule.get("resources") or []):
        if group.get("resourceNames") and not group.get("resources"):
            names = group["resourceNames"]
            faults.append(invalid(f"{path}.resources[{index}].resourceNames", names, "using resourceNames requires at least one resource"))
    return faults + _stage_faults(rule, f"{path}.omitStages")


def _stage_faults(holder: Obj, path: str) -> list[FieldError]:
    allowed = ",".join(STAGES)
    stages = holder.get("omitStages") or []
    return [
        invalid(f"{path}[{index}]", stage, f"allowed stages are {allowed}") for index, stage in enumerate(stages) if stage not in STAGES
    ]


def _fits(rule: Obj, attributes: Attributes) -> bool:
    user = attributes.user
    if rule.get("users") and user.name not in rule["users"]:
        return False
    if rule.get("userGroups") and not set(rule["userGroups"]) & set(user.groups):
        return False
    if rule.get("verbs") and attributes.verb not in rule["verbs"]:
        return False
    if rule.get("namespaces") or rule.get("resources"):
        return _fits_resource(rule, attributes)
    if rule.get("nonResourceURLs"):
        return attributes.path is not None and any(_path_fits(attributes.path, url) for url in rule["nonResourceURLs"])
    return True


def _fits_resource(rule: Obj, attributes: Attributes) -> bool:
    if attributes.path is not None or (rule.get("namespaces") and attributes.namespace not in rule["namespaces"]):
        return False
    groups: Sequence[Obj] = rule.get("resources") or ()
    return not groups or any(_group_fits(group, attributes) for group in groups)


def _group_fits(group: Obj, attributes: Attributes) -> bool:
    if group.get("group", "") != attributes.group:
        return False
    names = group.get("resourceNames")
    resources = group.get("resources") or ()
    return not resources or ((not names or attributes.name in names) and any(_resource_fits(each, attributes) for each in resources))


def _resource_fits(pattern: str, attributes: Attributes) -> bool:
    if pattern in (attributes.qualified_resource, "*"):
        return True
    if pattern.startswith("*/"):
        return bool(attributes.subresource) and pattern[2:] == attributes.subresource
    return pattern.endswith("/*") and pattern[:-2] == attributes.resource


def _path_fits(path: str, pattern: str) -> bool:
    return pattern in ("*", path) or (pattern.endswith("*") and path.startswith(pattern.rstrip("*")))
