"""Defaults of Secrets.

Upstream: ``pkg/apis/core/v1/defaults.go`` (``SetDefaults_Secret``), ``pkg/apis/core/v1/conversion.go``
(``Convert_v1_Secret_To_core_Secret``).
"""

from __future__ import annotations

import base64

from cluster.machinery.meta import Obj


def set_defaults(secret: Obj) -> None:
    """Fill in the type; what was sent as plain text (``stringData``) becomes data, and is not kept otherwise."""
    if not secret.get("type"):
        secret["type"] = "Opaque"
    plain = secret.pop("stringData", None)
    if plain:
        encoded = {key: base64.b64encode(value.encode()).decode() for key, value in plain.items()}
        secret["data"] = {**(secret.get("data") or {}), **encoded}
