"""The seam between the runtime and its network plugin, where hops are recorded: ADD and DEL with the address."""

from __future__ import annotations

from cluster.engine.trace import Trace
from cluster.machinery.cni import Attachment, CniError, CniPlugin


class RecordedCni:
    """A CniPlugin that records every call of another one as a hop ``node/<node>/containerd -> node/<node>/cni``."""

    def __init__(self, plugin: CniPlugin, trace: Trace, node: str) -> None:
        self._plugin, self._trace = plugin, trace
        self._source, self._target = f"node/{node}/containerd", f"node/{node}/cni"

    def configure(self, pod_cidr: str) -> None:
        """Pass the range on; a configuration file is no call."""
        self._plugin.configure(pod_cidr)

    def add(self, attachment: Attachment) -> str:
        """Pass ADD on; the address, or why there is none, is the hop's outcome. Raises CniError."""
        hop = self._trace.record(self._source, self._target, "ADD", _key(attachment))
        try:
            hop.outcome = self._plugin.add(attachment)
        except CniError as error:
            hop.outcome = str(error)
            raise
        return hop.outcome

    def delete(self, attachment: Attachment) -> str:
        """Pass DEL on; the freed address is the hop's outcome."""
        hop = self._trace.record(self._source, self._target, "DEL", _key(attachment))
        hop.outcome = self._plugin.delete(attachment)
        return hop.outcome


def _key(attachment: Attachment) -> str:
    return f"pods/{attachment.namespace}/{attachment.pod}"
