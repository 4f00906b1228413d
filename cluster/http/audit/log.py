"""Where the audit log is written: a file that only grows, a line an event, as ``--audit-log-path`` in format ``json``.

Upstream can turn the file over by size and age; here whoever runs the server does: it is opened for every event, and so may be moved
away. Upstream: ``staging/src/k8s.io/apiserver/plugin/pkg/audit/log/backend.go``.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

import orjson

from cluster.machinery.meta import Obj

logger = logging.getLogger(__name__)


class CannotWrite(Exception):  # noqa: N818
    """The file cannot be written to; the text says why."""


class AuditLog:
    """Appends to a file, which is made when it is not there. Raises CannotWrite."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            os.close(self._open())
        except OSError as error:
            raise CannotWrite(f"{path} cannot be written to ({error.strerror})") from None

    def write(self, event: Obj) -> None:
        """Append an event. That it cannot be written is said in the server's own log: the request goes on."""
        try:
            descriptor = self._open()
            try:
                os.write(descriptor, orjson.dumps(event) + b"\n")  # in one piece: several processes may write
            finally:
                os.close(descriptor)
        except OSError:
            logger.exception("the audit log %s cannot be written to", self._path)

    def _open(self) -> int:
        return os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
