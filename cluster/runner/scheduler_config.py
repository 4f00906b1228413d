"""The configuration that a cluster's scheduler runs with: a file on a real control-plane node, here a text beside the cluster's store.

A cluster without a text of its own has that of ``PODIUM_SCHEDULER_CONFIG``, or the default one. A changed text starts the scheduler
anew: it lists and watches everything again, as a real one would.
"""

from __future__ import annotations

from pathlib import Path

from cluster.machinery.errors import bad_request
from cluster.machinery.storage import Store
from cluster.runner.node_orders import RESTART_SCHEDULER, leave_order
from cluster.scheduler.config.fault import ConfigError, explained
from cluster.scheduler.config.reading import read_config

KEY = "/runner/scheduler-config"


def config_text(store: Store, path: str) -> str:
    """Return a cluster's configuration. ``path``: the file of clusters that have none of their own; empty: there is none."""
    stored = store.get(KEY)
    if stored is not None:
        return str(stored.obj["text"])
    return Path(path).read_text() if path else ""


def configure_scheduler(store: Store, text: str) -> None:
    """Give a cluster a configuration, and have its scheduler started anew; an empty text is the default one. Raises ApiError 400 with
    everything that is wrong with it."""
    try:
        read_config(text)
    except ConfigError as error:
        raise bad_request(explained(error, text)) from error
    with store.transaction():
        store.put(KEY, {"text": text})
        leave_order(store, "", RESTART_SCHEDULER, {})
