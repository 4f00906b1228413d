"""Resource quantities: ``100m``, ``1.5Gi``, ``2e3``.

Upstream keeps an int64 with a scale and falls back to a big decimal; no quantity is finer than a billionth, so here each is
a whole number of billionths ("nano") of any size. Differs from upstream in that a quantity has no memory of the text it was
read from: ``str`` is always the canonical form, which is what upstream prints once defaulting has touched a field; and in that
exponents of more than three digits are refused instead of being carried along.

Upstream: ``staging/src/k8s.io/apimachinery/pkg/api/resource/quantity.go``, ``suffix.go``, ``amount.go``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class Format(StrEnum):
    """How a quantity is written."""

    DECIMAL_SI = "DecimalSI"
    BINARY_SI = "BinarySI"
    DECIMAL_EXPONENT = "DecimalExponent"


class QuantityError(ValueError):
    """The text is not a quantity; the message is upstream's."""


FORMAT_WRONG = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
NUMERIC_WRONG = "unable to parse numeric part of quantity"
SUFFIX_WRONG = "unable to parse quantity's suffix"

_NANO = -9
_ONE = 10**9
_MAX_BINARY = (2**63 - 1) * _ONE  # upstream caps binary quantities at the largest int64
_DECIMAL_SUFFIXES = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY_SUFFIXES = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_SUFFIX_OF_POWER = {power: suffix for suffix, power in _DECIMAL_SUFFIXES.items()}
_SUFFIX_OF_BINARY_POWER = {0: "", **{power: suffix for suffix, power in _BINARY_SUFFIXES.items()}}
_SHAPE = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)", re.ASCII)
_EXPONENT = re.compile(r"[eE]([-+]?[0-9]{1,3})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount in billionths with the format it is written in. Equality includes the format; compare amounts with ``compare``."""

    nano: int = 0
    format: Format = Format.DECIMAL_SI

    def __str__(self) -> str:
        return _canonical(self.nano, self.format)

    @property
    def value(self) -> int:
        """The amount in whole units, rounded away from zero."""
        return self.scaled_value(0)

    @property
    def milli_value(self) -> int:
        """The amount in thousandths, rounded away from zero."""
        return self.scaled_value(-3)

    def scaled_value(self, scale: int) -> int:
        """Return the amount in units of ``10**scale``, rounded away from zero."""
        if scale <= _NANO:
            return int(self.nano * 10 ** (_NANO - scale))
        return _divide_away_from_zero(self.nano, 10 ** (scale - _NANO))

    @property
    def sign(self) -> int:
        """-1, 0 or 1."""
        return (self.nano > 0) - (self.nano < 0)

    def compare(self, other: Quantity) -> int:
        """Return -1, 0 or 1 as this amount is less than, equal to or more than ``other``."""
        return (self.nano > other.nano) - (self.nano < other.nano)

    def add(self, other: Quantity) -> Quantity:
        """Return the sum, written as this quantity is; a zero takes over the format of ``other``."""
        return Quantity(self.nano + other.nano, self.format if self.nano else other.format)

    def subtract(self, other: Quantity) -> Quantity:
        """Return the difference, written as this quantity is; a zero takes over the format of ``other``."""
        return Quantity(self.nano - other.nano, self.format if self.nano else other.format)

    def multiply(self, factor: int) -> Quantity:
        """Return ``factor`` times the amount."""
        return Quantity(self.nano * factor, self.format)

    def negate(self) -> Quantity:
        """Return the amount with its sign turned."""
        return Quantity(-self.nano, self.format)

    def round_up(self, scale: int) -> Quantity:
        """Round away from zero to a multiple of ``10**scale``: 9.01 at scale 0 is 10, -9.01 is -10."""
        if scale <= _NANO:
            return self
        unit = 10 ** (scale - _NANO)
        return Quantity(_divide_away_from_zero(self.nano, unit) * unit, self.format)

    def approximate_float(self) -> float:
        """Return the amount as a float, infinite beyond its range."""
        try:
            return self.nano / _ONE
        except OverflowError:
            return float("inf") if self.nano > 0 else float("-inf")


@lru_cache(maxsize=4096)
def parse_quantity(text: str) -> Quantity:
    """Read a quantity. Amounts finer than a billionth are rounded away from zero. Raises QuantityError."""
    match = _SHAPE.fullmatch(text)
    if not text or match is None:
        raise QuantityError(FORMAT_WRONG)
    sign, whole, fraction, suffix = match.group(1), match.group(2), match.group(3) or "", match.group(4)
    unscaled, places = int(whole + fraction or "0"), len(fraction)
    if suffix in _BINARY_SUFFIXES:
        amount = -(-(unscaled * 2 ** _BINARY_SUFFIXES[suffix] * _ONE) // 10**places)
        amount, quantity_format = min(amount, _MAX_BINARY), Format.BINARY_SI
        if 0 < amount < _ONE:  # 0.0001Ki is 102400u: a binary suffix could not say it
            quantity_format = Format.DECIMAL_SI
    else:
        power, quantity_format = _decimal_power(suffix)
        shift = power - places - _NANO
        amount = unscaled * 10**shift if shift >= 0 else -(-unscaled // 10**-shift)
    return Quantity(-amount if sign == "-" else amount, quantity_format)


@lru_cache(maxsize=4096)
def value(text: str) -> int:
    """Return the whole units of a quantity's text (bytes of memory, number of pods). Raises QuantityError."""
    return parse_quantity(text).value


@lru_cache(maxsize=4096)
def milli_value(text: str) -> int:
    """Return the thousandths of a quantity's text (millicores of CPU). Raises QuantityError."""
    return parse_quantity(text).milli_value


def canonical(text: str) -> str:
    """Return the canonical text of a quantity's text: ``0.5`` is ``500m``. Raises QuantityError."""
    return str(parse_quantity(text))


def _decimal_power(suffix: str) -> tuple[int, Format]:
    if suffix in _DECIMAL_SUFFIXES:
        return _DECIMAL_SUFFIXES[suffix], Format.DECIMAL_SI
    match = _EXPONENT.fullmatch(suffix)
    if match is None:
        raise QuantityError(SUFFIX_WRONG)
    return int(match.group(1)), Format.DECIMAL_EXPONENT


def _divide_away_from_zero(amount: int, unit: int) -> int:
    return -(-amount // unit) if amount >= 0 else amount // unit


def _canonical(nano: int, quantity_format: Format) -> str:
    if nano == 0:
        return "0"
    if quantity_format is Format.BINARY_SI and abs(nano) >= 1024 * _ONE and nano % _ONE == 0:
        number, power = nano // _ONE, 0
        while number % 1024 == 0 and power < 60:
            number, power = number // 1024, power + 10
        return f"{number}{_SUFFIX_OF_BINARY_POWER[power]}"
    number, power = nano, _NANO
    is_exponent = quantity_format is Format.DECIMAL_EXPONENT
    while number % 1000 == 0 and (is_exponent or power < 18):
        number, power = number // 1000, power + 3
    if is_exponent:
        return f"{number}e{power}" if power else str(number)
    return f"{number}{_SUFFIX_OF_POWER[power]}"
