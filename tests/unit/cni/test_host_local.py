"""Which address a sandbox gets."""

from __future__ import annotations

import pytest

from cluster.cni.host_local import HostLocal, next_address
from cluster.cni.recording import RecordedCni
from cluster.machinery.cni import Attachment, CniError
from tests.unit.node_room import Disk, engine

CIDR = "10.244.1.0/24"
FULL = {f"10.244.1.{last}": "x" for last in range(2, 255)}
EXHAUSTED = "failed to allocate for range 0: no IP addresses available in range set: 10.244.1.1-10.244.1.254"

CASES = {
    "the first is .2: .1 is the gateway": ("", {}, "10.244.1.2"),
    "the next follows the last": ("10.244.1.2", {"10.244.1.2": "x"}, "10.244.1.3"),
    "a freed address rests until its turn": ("10.244.1.7", {}, "10.244.1.8"),
    "taken ones are passed over": ("10.244.1.7", {"10.244.1.8": "x", "10.244.1.9": "x"}, "10.244.1.10"),
    "after .254 it goes round": ("10.244.1.254", {}, "10.244.1.2"),
    "one free address is found": ("10.244.1.9", {k: v for k, v in FULL.items() if k != "10.244.1.9"}, "10.244.1.9"),
}


@pytest.mark.parametrize(("last", "taken", "expected"), CASES.values(), ids=CASES.keys())
def test_next_address(last: str, taken: dict[str, str], expected: str) -> None:
    assert next_address(CIDR, last, taken) == expected


def test_a_full_range_is_refused() -> None:
    with pytest.raises(CniError) as refusal:
        next_address(CIDR, "10.244.1.9", FULL)
    assert str(refusal.value) == EXHAUSTED


def attachment(number: int) -> Attachment:
    return Attachment(f"s{number}", "default", f"web-{number}")


def test_a_restarted_plugin_knows_what_it_gave() -> None:
    disk = Disk()
    plugin = HostLocal(disk)
    plugin.configure(CIDR)
    first = [plugin.add(attachment(1)), plugin.add(attachment(2)), plugin.add(attachment(1))]
    freed = [plugin.delete(attachment(1)), plugin.delete(attachment(1))]
    again = HostLocal(disk)
    again.configure(CIDR)
    assert (first, freed) == (["10.244.1.2", "10.244.1.3", "10.244.1.2"], ["10.244.1.2", ""])
    assert [again.add(attachment(3)), again.add(attachment(2))] == ["10.244.1.4", "10.244.1.3"]


def test_calls_are_hops_with_the_address_as_outcome() -> None:
    trace = engine().trace
    plugin = RecordedCni(HostLocal(Disk()), trace, "n1")
    with pytest.raises(CniError):
        plugin.add(attachment(1))
    plugin.configure(CIDR)
    plugin.add(attachment(1))
    plugin.delete(attachment(1))
    hops = [(h.source, h.target, h.verb, h.key, h.outcome) for h in trace.take()]
    way = ("node/n1/containerd", "node/n1/cni")
    assert hops == [
        (*way, "ADD", "pods/default/web-1", "failed to find plugin configuration: the node has no podCIDR"),
        (*way, "ADD", "pods/default/web-1", "10.244.1.2"),
        (*way, "DEL", "pods/default/web-1", "10.244.1.2"),
    ]
