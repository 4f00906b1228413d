"""CNI: what a container runtime asks of the network plugin. Runtime and plugin meet here and nowhere else.

The real interface runs a binary with ``CNI_COMMAND=ADD`` or ``DEL`` and JSON on its input.
Upstream: the CNI specification, https://www.cni.dev/docs/spec/ (1.1.0).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class CniError(Exception):
    """The plugin could not do it; the text is what the runtime reports."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """One sandbox that wants a network: its id and the pod it belongs to (what runtimes pass as CNI_ARGS)."""

    container_id: str
    namespace: str
    pod: str


class CniPlugin(Protocol):
    """The network plugin of one node."""

    def configure(self, pod_cidr: str) -> None:
        """Take over the range of the node, as the network configuration file would say it."""
        ...

    def add(self, attachment: Attachment) -> str:
        """Connect a sandbox and return its address. Raises CniError when the range is used up or unknown."""
        ...

    def delete(self, attachment: Attachment) -> str:
        """Disconnect a sandbox and return the address that became free (empty: it had none)."""
        ...
