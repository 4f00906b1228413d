"""``$((expression))``: C's integer arithmetic on variables, 64 bits wide.

Upstream: POSIX.1-2017, XCU 2.6.4 (Arithmetic Expansion); busybox, ``shell/math.c``.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, MutableMapping


class CalculationError(Exception):
    """An expression without a value; the text is what the shell says."""


_TOKEN = re.compile(
    r"\s*(0[xX][0-9a-fA-F]+|\d+|[A-Za-z_]\w*|<<=|>>=|\*\*|<=|>=|==|!=|&&|\|\||<<|>>|\+\+|--|[-+*/%&|^]=|[-+*/%<>=!~&|^?:(),])"
)
_LEVELS: tuple[tuple[str, ...], ...] = (
    ("||",),
    ("&&",),
    ("|",),
    ("^",),
    ("&",),
    ("==", "!="),
    ("<", "<=", ">", ">="),
    ("<<", ">>"),
    ("+", "-"),
    ("*", "/", "%"),
)
_ASSIGNMENTS = frozenset({"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="})


def _divided(left: int, right: int) -> int:
    if right == 0:
        raise CalculationError("divide by zero")
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


def _shifted(shift: Callable[[int, int], int]) -> Callable[[int, int], int]:
    return lambda left, right: shift(left, right & 63)


_OPERATIONS: dict[str, Callable[[int, int], int]] = {
    "||": lambda left, right: int(bool(left or right)),
    "&&": lambda left, right: int(bool(left and right)),
    "|": operator.or_,
    "^": operator.xor,
    "&": operator.and_,
    "==": lambda left, right: int(left == right),
    "!=": lambda left, right: int(left != right),
    "<": lambda left, right: int(left < right),
    "<=": lambda left, right: int(left <= right),
    ">": lambda left, right: int(left > right),
    ">=": lambda left, right: int(left >= right),
    "<<": _shifted(operator.lshift),
    ">>": _shifted(operator.rshift),
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divided,
    "%": lambda left, right: left - right * _divided(left, right),
}


def evaluate(text: str, variables: MutableMapping[str, str]) -> int:
    """Return the value of an expression; assignments in it change ``variables``. An empty one is 0. Raises CalculationError."""
    return _Expression(text, variables).value() if text.strip() else 0


class _Expression:
    def __init__(self, text: str, variables: MutableMapping[str, str]) -> None:
        self._tokens: list[str] = []
        self._variables = variables
        self._depth = 0
        at, stripped = 0, text.rstrip()
        while at < len(stripped):
            match = _TOKEN.match(stripped, at)
            if match is None:
                raise CalculationError("arithmetic syntax error")
            self._tokens.append(match[1])
            at = match.end()
        self._at = 0

    def value(self) -> int:
        """Return the value of the whole text."""
        found = self._comma()
        if self._at < len(self._tokens):
            raise CalculationError("arithmetic syntax error")
        return found

    @property
    def _next(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _accept(self, token: str) -> bool:
        if self._next == token:
            self._at += 1
            return True
        return False

    def _comma(self) -> int:
        found = self._assignment()
        while self._accept(","):
            found = self._assignment()
        return found

    def _assignment(self) -> int:
        name = self._next
        following = self._tokens[self._at + 1] if self._at + 1 < len(self._tokens) else ""
        if _is_name(name) and following in _ASSIGNMENTS:
            self._at += 2
            right = self._assignment()
            return self._set(name, right if following == "=" else _OPERATIONS[following[:-1]](self._get(name), right))
        return self._conditional()

    def _conditional(self) -> int:
        self._depth += 1
        if self._depth > 50:
            raise CalculationError("expression recursion level exceeded")
        found = self._binary(0)
        if self._accept("?"):
            yes = self._assignment()
            if not self._accept(":"):
                raise CalculationError("arithmetic syntax error")
            no = self._conditional()
            found = yes if found else no
        self._depth -= 1
        return found

    def _binary(self, level: int) -> int:
        if level == len(_LEVELS):
            return self._unary()
        found = self._binary(level + 1)
        while self._next in _LEVELS[level]:
            operation = _OPERATIONS[self._next]
            self._at += 1
            found = _wrapped(operation(found, self._binary(level + 1)))
        return found

    def _unary(self) -> int:
        for token, operation in (("-", operator.neg), ("+", operator.pos), ("~", operator.invert), ("!", lambda value: int(not value))):
            if self._accept(token):
                return operation(self._unary())
        for token, step in (("++", 1), ("--", -1)):
            if self._accept(token):
                name = self._next
                self._at += 1
                return self._set(name, self._get(name) + step)
        return self._power()

    def _power(self) -> int:
        found = self._primary()
        if self._accept("**"):
            exponent = self._unary()
            if not 0 <= exponent <= 64:
                raise CalculationError("exponent less than 0")
            found = _wrapped(found**exponent)
        return found

    def _primary(self) -> int:
        token = self._next
        self._at += 1
        if token == "(":
            found = self._comma()
            if not self._accept(")"):
                raise CalculationError("arithmetic syntax error")
            return found
        if token.isdigit() or token[:2].lower() == "0x":
            return _number(token)
        if not _is_name(token):
            raise CalculationError("arithmetic syntax error")
        value = self._get(token)
        for suffix, step in (("++", 1), ("--", -1)):
            if self._accept(suffix):
                self._set(token, value + step)
        return value

    def _get(self, name: str) -> int:
        text = self._variables.get(name, "").strip()
        try:
            return _number(text) if text else 0
        except ValueError:
            raise CalculationError("arithmetic syntax error") from None

    def _set(self, name: str, value: int) -> int:
        value = _wrapped(value)
        self._variables[name] = str(value)
        return value


def _is_name(token: str) -> bool:
    return token[:1].isalpha() or token[:1] == "_"


def _number(text: str) -> int:
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text)
    if digits[:2].lower() == "0x":
        return sign * int(digits, 16)
    return sign * (int(digits, 8) if len(digits) > 1 and digits.startswith("0") else int(digits))


def _wrapped(value: int) -> int:
    return (value + (1 << 63)) % (1 << 64) - (1 << 63)
