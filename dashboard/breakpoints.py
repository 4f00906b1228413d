"""Breakpoints as the page shows them: what is set, and where in the log each one came true.

What has been looked through is remembered in this process: a log only grows, so that each piece of it is looked at once.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

from cluster.machinery.meta import Obj
from cluster.runner.breakpoints import Found
from cluster.runner.conditions import Condition
from cluster.runner.host import Host

MOST_FLAGS = 500
"""Places of one condition that the timeline has flags for, the latest ones."""
_FOUND: WeakKeyDictionary[Host, dict[str, Found]] = WeakKeyDictionary()


async def document(host: Host) -> Obj:
    """Return every breakpoint with the hops at which it came true."""
    rows = [{"text": str(condition), "seqs": await flags(host, condition)} for condition in await host.breakpoints()]
    return {"breakpoints": rows}


async def flags(host: Host, condition: Condition) -> tuple[int, ...]:
    """Return the latest hops at which a condition came true, oldest first."""
    known = _FOUND.setdefault(host, {})
    found = known.get(str(condition), Found((), 0))
    while found.upto < host.position.seq:
        piece = await host.search(condition, after=found.upto)
        is_over = piece.upto <= found.upto
        found = Found((*found.seqs, *piece.seqs)[-MOST_FLAGS:], piece.upto)
        known[str(condition)] = found
        if is_over:
            break
    return found.seqs
