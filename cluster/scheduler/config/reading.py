"""Reads a configuration file: YAML or JSON, strictly, with defaults filled in.

Settings of the process (leader election, profiling, how it talks to the API server) are accepted and have no effect here; extenders,
which are programs outside, are refused.

Upstream: ``cmd/kube-scheduler/app/options/configfile.go``, ``pkg/scheduler/apis/config/v1/defaults.go``.
"""

from __future__ import annotations

from collections.abc import Mapping

import yaml

from cluster.machinery.meta import Obj
from cluster.machinery.yaml_limits import YamlLimit, load_documents
from cluster.scheduler.config.fault import ConfigError, Fault, nearest
from cluster.scheduler.config.model import ProfileConfig, SchedulerConfig, plugin_order
from cluster.scheduler.config.plugin_args import ARGS_FIELDS
from cluster.scheduler.config.validation import API_VERSION, config_faults
from cluster.scheduler.plugin_set import EXTENSION_POINTS
from cluster.scheduler.profile import DEFAULT_SCHEDULER_NAME

KIND = "KubeSchedulerConfiguration"

Schema = type | list["Schema"] | Mapping[str, "Schema"] | None
"""A type; a list of something; an object by its fields; None: not looked into."""

_PLUGIN: Schema = {"name": str, "weight": int}
_SET: Schema = {"enabled": [_PLUGIN], "disabled": [_PLUGIN]}
_POINTS = (*EXTENSION_POINTS, "permit", "postBind", "multiPoint")
_PROFILE: Schema = {
    "schedulerName": str,
    "percentageOfNodesToScore": int,
    "plugins": dict.fromkeys(_POINTS, _SET),
    "pluginConfig": [{"name": str, "args": None}],
}
_CONFIG: Schema = {
    "apiVersion": str,
    "kind": str,
    "parallelism": int,
    "leaderElection": None,
    "clientConnection": None,
    "healthzBindAddress": str,
    "metricsBindAddress": str,
    "enableProfiling": bool,
    "enableContentionProfiling": bool,
    "delayCacheUntilActive": bool,
    "percentageOfNodesToScore": int,
    "podInitialBackoffSeconds": int,
    "podMaxBackoffSeconds": int,
    "profiles": [_PROFILE],
    "extenders": None,
}
_GO_TYPES: Mapping[type, str] = {str: "string", int: "int32", bool: "bool"}


def read_config(text: str) -> SchedulerConfig:
    """Read a configuration; an empty text is the default one. Raises ConfigError with every fault."""
    if not text.strip():
        return SchedulerConfig()
    given = _parse(text)
    if given.get("apiVersion") != API_VERSION or given.get("kind") != KIND:
        words = (
            f'no kind "{given.get("kind", "")}" is registered for version "{given.get("apiVersion", "")}" in scheme '
            '"k8s.io/kubernetes/pkg/scheduler/apis/config/scheme/scheme.go:30"'
        )
        raise ConfigError(Fault(words, ("apiVersion", "kind"), meant=(f"{KIND} of {API_VERSION}",)))
    unknown = _unknown_fields("", given, _CONFIG) | _unknown_args(given)
    if unknown:
        words = "strict decoding error: " + ", ".join(f'unknown field "{field}"' for field in unknown)
        raise ConfigError(Fault(words, tuple(unknown), meant=tuple(dict.fromkeys(name for near in unknown.values() for name in near))))
    if given.get("extenders"):
        raise ConfigError(Fault("extenders: Forbidden: programs outside the cluster are not simulated", ("extenders",)))
    config = _with_defaults(given)
    faults = config_faults(config)
    if faults:
        raise ConfigError(*(Fault(str(fault), (fault.field,)) for fault in faults))
    profiles = tuple(_profile(profile, config["percentageOfNodesToScore"]) for profile in config["profiles"])
    for profile in profiles:
        plugin_order(profile)
    return SchedulerConfig(profiles, float(config["podInitialBackoffSeconds"]), float(config["podMaxBackoffSeconds"]))


def _parse(text: str) -> Obj:
    try:
        documents = load_documents(text)
    except (YamlLimit, yaml.YAMLError) as error:
        raise ConfigError(Fault(str(error))) from error
    if len(documents) != 1 or not isinstance(documents[0], dict):
        raise ConfigError(Fault(f"one document with a {KIND} is expected"))
    document: Obj = documents[0]
    return document


def _with_defaults(given: Obj) -> Obj:
    profiles = given.get("profiles") or [{}]
    if len(profiles) == 1:
        profiles = [{"schedulerName": DEFAULT_SCHEDULER_NAME, **profiles[0]}]
    defaults = {"parallelism": 16, "percentageOfNodesToScore": 0, "podInitialBackoffSeconds": 1, "podMaxBackoffSeconds": 10}
    return {**defaults, **given, "profiles": profiles}


def _profile(given: Obj, percentage: int) -> ProfileConfig:
    args = {entry["name"]: entry.get("args") or {} for entry in given.get("pluginConfig") or ()}
    own = given.get("percentageOfNodesToScore")
    return ProfileConfig(given["schedulerName"], given.get("plugins") or {}, args, percentage if own is None else own)


def _unknown_fields(path: str, value: object, schema: Schema) -> dict[str, tuple[str, ...]]:
    """Return the fields that a schema does not have, each with those that may have been meant. Raises ConfigError for a value of a wrong
    type."""
    found: dict[str, tuple[str, ...]] = {}
    if schema is None or value is None:
        return found
    if isinstance(schema, list):
        for index, item in enumerate(_typed(path, value, list, "slice")):
            found |= _unknown_fields(f"{path}[{index}]", item, schema[0])
        return found
    if isinstance(schema, type):
        _typed(path, value, schema, _GO_TYPES[schema])
        return found
    for name, inner in _typed(path, value, dict, "object").items():
        place = f"{path}.{name}" if path else name
        found |= _unknown_fields(place, inner, schema[name]) if name in schema else {place: nearest(name, schema)}
    return found


def _typed(path: str, value: object, wanted: type, called: str) -> Obj:
    is_right = isinstance(value, wanted) and (wanted is bool or not isinstance(value, bool))
    if not is_right:
        names = {dict: "object", list: "array", str: "string", bool: "bool"}
        given = names.get(type(value), "number")
        raise ConfigError(Fault(f"json: cannot unmarshal {given} into Go struct field {KIND}.{path} of type {called}", (path,)))
    result: Obj = value  # type: ignore[assignment]
    return result


def _unknown_args(given: Obj) -> dict[str, tuple[str, ...]]:
    return {
        f"profiles[{p}].pluginConfig[{c}].args.{field}": nearest(field, ARGS_FIELDS[entry["name"]])
        for p, profile in enumerate(given.get("profiles") or ())
        for c, entry in enumerate(profile.get("pluginConfig") or ())
        for field in entry.get("args") or {}
        if entry.get("name") in ARGS_FIELDS and field not in (*ARGS_FIELDS[entry["name"]], "apiVersion", "kind")
    }
