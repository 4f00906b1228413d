"""``replicationcontrollers/scale``: a Scale whose selector is a map of labels.

Upstream: ``pkg/registry/core/replicationcontroller/storage/storage.go`` (``ScaleREST``).
"""

from __future__ import annotations

from cluster.apiserver.rest import Installation, Rest
from cluster.apiserver.rest.scale import ScaleRest
from cluster.machinery.kinds.core import REPLICATIONCONTROLLERS
from cluster.machinery.labels import selector_from_labels


def controller_scale_rest(installation: Installation) -> Rest:
    """Return what serves the path."""
    return ScaleRest(installation.registry(REPLICATIONCONTROLLERS), selector_from_labels)
