"""What is wrong with a configuration: in a scheduler's words, and for who wrote the file with the line and what may have been meant.

A real scheduler ends with the words alone; the lines and the guesses are added here.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import yaml

from cluster.machinery.yaml_lines import line_of


@dataclass(frozen=True, slots=True)
class Fault:
    """``text``: a scheduler's words. ``fields``: where it stands, ``value``: what stands there, if only that is known. ``meant``: what
    might have been meant instead."""

    text: str
    fields: tuple[str, ...] = ()
    value: str = ""
    meant: tuple[str, ...] = ()


class ConfigError(ValueError):
    """A configuration that a scheduler would not start with; its text says why in a scheduler's words, a fault a line."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("\n".join(fault.text for fault in faults))
        self.faults = faults


def explained(error: ConfigError, text: str) -> str:
    """Return what is wrong with a text, each fault with its lines and what may have been meant."""
    if not any(fault.fields or fault.value for fault in error.faults):
        return str(error)  # a text that cannot be read, or must not be: it says itself where
    node = yaml.compose(text, Loader=yaml.CSafeLoader)
    return "\n".join(_explained(fault, node) for fault in error.faults)


def nearest(name: str, known: Collection[str]) -> tuple[str, ...]:
    """Return the known name that is most like another one, all of them where none is."""
    return tuple(difflib.get_close_matches(name, known, n=1)) or tuple(sorted(known))


def _explained(fault: Fault, node: yaml.Node | None) -> str:
    lines = sorted(set(_lines(fault, node))) if node is not None else []
    where = f"line{'s' if len(lines) > 1 else ''} {', '.join(map(str, lines))}: " if lines else ""
    meant = f" (possible here: {', '.join(fault.meant)})" if fault.meant else ""
    return f"{where}{fault.text}{meant}"


def _lines(fault: Fault, node: yaml.Node) -> Iterator[int]:
    yield from (line_of(node, field) for field in fault.fields)
    if fault.value:
        yield from _lines_with(node, fault.value)


def _lines_with(node: yaml.Node, value: str) -> Iterator[int]:
    """Find the lines on which a plain value stands."""
    if isinstance(node, yaml.ScalarNode) and node.value == value:
        yield node.start_mark.line + 1
    for child in node.value if isinstance(node, yaml.SequenceNode) else ():
        yield from _lines_with(child, value)
    for _, child in node.value if isinstance(node, yaml.MappingNode) else ():
        yield from _lines_with(child, value)
