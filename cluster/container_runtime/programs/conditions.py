"""test, ``[`` and bash's ``[[``.

Upstream: POSIX.1-2017, XCU 4 (test); busybox, ``coreutils/test.c``.
"""

from __future__ import annotations

import re

from cluster.container_runtime.linux.call import Call
from cluster.container_runtime.shell.patterns import matches

_UNARY = frozenset(["-e", "-f", "-d", "-r", "-w", "-x", "-s", "-z", "-n", "-L", "-h", "-p", "-S", "-b", "-c", "-t"])
_BINARY = frozenset(["=", "==", "!=", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef", "=~"])


def test(call: Call) -> int:
    """Compare texts and numbers, look at files; ``[[`` besides compares with patterns."""
    args = list(call.args)
    closing = {"[": "]", "[[": "]]"}.get(call.name, "")
    if closing and (not args or args.pop() != closing):
        return call.fail(f"missing {closing}", 2)
    try:
        return int(not _Test(call, args).value())
    except ValueError as error:
        return call.fail(str(error), 2)


class _Test:
    """One expression of ``test``."""

    def __init__(self, call: Call, args: list[str]) -> None:
        self._call, self._args, self._at, self._is_pattern = call, args, 0, call.name == "[["

    def value(self) -> bool:
        """Return whether the expression holds. Raises ValueError."""
        if not self._args:
            return False
        found = self._or()
        if self._at < len(self._args):
            raise ValueError(f"{self._args[self._at]}: unknown operand")
        return found

    def _accept(self, *tokens: str) -> bool:
        if self._at < len(self._args) and self._args[self._at] in tokens:
            self._at += 1
            return True
        return False

    def _or(self) -> bool:
        found = self._and()
        while self._accept("-o", "||"):
            found = self._and() or found
        return found

    def _and(self) -> bool:
        found = self._primary()
        while self._accept("-a", "&&"):
            found = self._primary() and found
        return found

    def _primary(self) -> bool:
        rest = self._args[self._at :]
        if not rest:
            raise ValueError("argument expected")
        if len(rest) >= 3 and rest[1] in _BINARY:
            self._at += 3
            return self._compare(rest[0], rest[1], rest[2])
        if rest[0] == "!" and len(rest) > 1:
            self._at += 1
            return not self._primary()
        if rest[0] == "(" and len(rest) > 1:
            self._at += 1
            found = self._or()
            if not self._accept(")"):
                raise ValueError("closing paren expected")
            return found
        if rest[0] in _UNARY and len(rest) > 1:
            self._at += 2
            return self._look(rest[0], rest[1])
        self._at += 1
        return rest[0] != ""

    def _look(self, operator: str, text: str) -> bool:
        if operator in ("-z", "-n"):
            return (text == "") is (operator == "-z")
        if operator == "-t":
            return self._call.kernel.descriptors.is_terminal(self._call.process.fds.get(int(text) if text.isdigit() else 0))
        files, path = self._call.files, self._call.path(text)
        if operator == "-d":
            return files.is_folder(path)
        if operator == "-f":
            return files.size(path) is not None
        if operator == "-s":
            return bool(files.size(path))
        return operator in ("-e", "-r", "-w", "-x") and bool(text) and files.exists(path)

    def _compare(self, left: str, operator: str, right: str) -> bool:
        if operator in ("=", "==", "!="):
            is_same = matches(left, right) if self._is_pattern else left == right
            return is_same is (operator != "!=")
        if operator == "=~":
            return re.search(right, left) is not None
        if operator in ("<", ">"):
            return left < right if operator == "<" else left > right
        if operator in ("-nt", "-ot", "-ef"):
            return False
        numbers = []
        for text in (left, right):
            if not re.fullmatch(r"\s*[-+]?\d+\s*", text):
                raise ValueError(f"{text}: bad number" if self._call.kernel.programs.is_busybox else f"Illegal number: {text}")
            numbers.append(int(text))
        first, second = numbers
        return {
            "-eq": first == second,
            "-ne": first != second,
            "-lt": first < second,
            "-le": first <= second,
            "-gt": first > second,
            "-ge": first >= second,
        }[operator]
