"""Which plugins run at which extension point, in which order, with which weights.

Upstream: ``pkg/scheduler/framework/runtime/framework.go`` (``getExtensionPoints``, ``expandMultiPointPlugins``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cluster.scheduler.interface import (
    BindPlugin,
    FilterPlugin,
    Plugin,
    PostFilterPlugin,
    PreBindPlugin,
    PreEnqueuePlugin,
    PreFilterPlugin,
    PreScorePlugin,
    QueueSortPlugin,
    ReservePlugin,
    ScorePlugin,
)

EXTENSION_POINTS: Mapping[str, type[Plugin]] = {
    "preEnqueue": PreEnqueuePlugin,
    "queueSort": QueueSortPlugin,
    "preFilter": PreFilterPlugin,
    "filter": FilterPlugin,
    "postFilter": PostFilterPlugin,
    "preScore": PreScorePlugin,
    "score": ScorePlugin,
    "reserve": ReservePlugin,
    "preBind": PreBindPlugin,
    "bind": BindPlugin,
}
"""As a configuration names them. No plugin here has anything to do at ``permit`` and ``postBind``."""


@dataclass(frozen=True, slots=True)
class PluginSet:
    """``points``: the plugins of each extension point in their order; ``weights``: of scores."""

    points: Mapping[str, Sequence[Plugin]]
    weights: Mapping[str, int]

    @property
    def plugins(self) -> dict[str, Plugin]:
        """All plugins by name."""
        return {plugin.name: plugin for plugins in self.points.values() for plugin in plugins}


def everywhere(weighted: Sequence[tuple[Plugin, int]]) -> PluginSet:
    """Let every plugin run at each extension point that it extends. ``weighted``: with the weight of its scores."""
    points = {point: [plugin for plugin, _ in weighted if isinstance(plugin, kind)] for point, kind in EXTENSION_POINTS.items()}
    return PluginSet(points, {plugin.name: weight for plugin, weight in weighted})
