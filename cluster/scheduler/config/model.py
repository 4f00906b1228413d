"""A configuration as the scheduler uses it: read, checked and merged with the defaults.

Upstream: ``pkg/scheduler/apis/config/types.go``, ``.../v1/default_plugins.go`` (``mergePlugins``),
``pkg/scheduler/framework/runtime/framework.go`` (``expandMultiPointPlugins``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cluster.machinery.meta import Obj
from cluster.scheduler.config.fault import ConfigError, Fault, nearest
from cluster.scheduler.interface import ClusterView
from cluster.scheduler.plugin_set import EXTENSION_POINTS, PluginSet
from cluster.scheduler.plugins import CLASSES, DEFAULT_PLUGINS, make_plugin
from cluster.scheduler.profile import DEFAULT_SCHEDULER_NAME
from cluster.scheduler.queue import INITIAL_BACKOFF, MAX_BACKOFF

ALL = "*"


@dataclass(frozen=True, slots=True)
class ProfileConfig:
    """``plugins`` and ``args`` as they were given: by extension point, and by plugin. ``percentage``: of nodes to score, 0 adapts it to
    the size of the cluster."""

    name: str = DEFAULT_SCHEDULER_NAME
    plugins: Mapping[str, Obj] = field(default_factory=dict)
    args: Mapping[str, Obj] = field(default_factory=dict)
    percentage: int = 0


@dataclass(frozen=True, slots=True)
class SchedulerConfig:
    """Back-offs in seconds."""

    profiles: tuple[ProfileConfig, ...] = (ProfileConfig(),)
    initial_backoff: float = INITIAL_BACKOFF
    max_backoff: float = MAX_BACKOFF


def plugin_set(profile: ProfileConfig, view: ClusterView) -> PluginSet:
    """Make the plugins of a profile. Raises ConfigError as ``plugin_order`` does."""
    order = plugin_order(profile)
    names = dict.fromkeys(name for point in order.values() for name in point)
    made = {name: make_plugin(name, profile.args.get(name, {}), view) for name in names}
    multi_point = _merge_defaults(profile.plugins.get("multiPoint") or {})
    weights = _weights(multi_point, (profile.plugins.get("score") or {}).get("enabled") or ())
    return PluginSet({point: [made[name] for name in names] for point, names in order.items()}, weights)


def plugin_order(profile: ProfileConfig) -> dict[str, list[str]]:
    """Return which plugins run at each extension point. Raises ConfigError for plugins that do not exist or stand where they have
    nothing to do."""
    multi_point = _merge_defaults(profile.plugins.get("multiPoint") or {})
    order: dict[str, list[str]] = {}
    for point, kind in EXTENSION_POINTS.items():
        unknown = next((name for name, _ in multi_point if name not in CLASSES), None)
        fitting = [name for name, _ in multi_point if name in CLASSES and issubclass(CLASSES[name], kind)]
        order[point] = _expand(point, profile.plugins.get(point) or {}, fitting)
        unknown = unknown or next((name for name in order[point] if name not in CLASSES), None)
        if unknown is not None:
            anywhere = unknown in dict(multi_point)
            meant = nearest(unknown, [name for name, plugin in CLASSES.items() if anywhere or issubclass(plugin, kind)])
            raise ConfigError(Fault(f'{kind.__name__} "{unknown}" does not exist', value=unknown, meant=meant))
        for name in order[point]:
            if not issubclass(CLASSES[name], kind):
                raise ConfigError(Fault(f'plugin "{name}" does not extend {kind.__name__} plugin', value=name))
    _check_single(profile.name, order)
    return order


def _merge_defaults(given: Obj) -> list[tuple[str, int]]:
    """Merge what is enabled and disabled at all points with the defaults: a default that is given again is replaced where it stands."""
    disabled = {each["name"] for each in given.get("disabled") or ()}
    enabled = {each["name"]: each.get("weight") or 0 for each in given.get("enabled") or ()}
    defaults = [] if ALL in disabled else [(name, weight) for name, weight in DEFAULT_PLUGINS if name not in disabled]
    kept = [(name, enabled.get(name, weight)) for name, weight in defaults]
    return kept + [(name, weight) for name, weight in enabled.items() if name not in dict(kept)]


def _expand(point: str, given: Obj, multi_point: Sequence[str]) -> list[str]:
    """Return the order of the plugins at one point: those that are given there and at all points, the others of all points, the rest.
    Raises ConfigError."""
    disabled = {each["name"] for each in given.get("disabled") or ()}
    enabled = [each["name"] for each in given.get("enabled") or ()]
    for index, name in enumerate(enabled):
        if name in enabled[:index]:
            raise ConfigError(Fault(f'plugin "{name}" already registered as "{EXTENSION_POINTS[point].__name__}"', value=name))
    if ALL in disabled:
        return enabled
    wanted = [name for name in multi_point if name not in disabled]
    overridden = [name for name in enabled if name in wanted]
    return [*overridden, *(name for name in wanted if name not in enabled), *(name for name in enabled if name not in wanted)]


def _check_single(profile: str, points: Mapping[str, Sequence[str]]) -> None:
    sorting = len(points["queueSort"])
    if sorting == 0:
        raise ConfigError(Fault(f'at least one queue sort plugin is needed for profile with scheduler name "{profile}"', value=profile))
    if sorting > 1:
        raise ConfigError(
            Fault(f'only one queue sort plugin required for profile with scheduler name "{profile}", but got {sorting}', value=profile)
        )
    if not points["bind"]:
        raise ConfigError(Fault(f'at least one bind plugin is needed for profile with scheduler name "{profile}"', value=profile))


def _weights(multi_point: Sequence[tuple[str, int]], score: Sequence[Obj]) -> dict[str, int]:
    """Weights given for scores come first; none at all is 1."""
    given = {each["name"]: each.get("weight") or 1 for each in score}
    return {name: weight or 1 for name, weight in multi_point} | given
