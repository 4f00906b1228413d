"""Quantities, held against upstream's own tables."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.machinery.quantity import (
    FORMAT_WRONG,
    SUFFIX_WRONG,
    Format,
    Quantity,
    QuantityError,
    canonical,
    milli_value,
    parse_quantity,
    value,
)
from tests.unit.machinery.tables import cases, covered

Q = "quantity_test/TestQuantity"
NOT_APPLICABLE = {
    "quantity_proto_test/TestQuantityProtoMarshal/table": "protocol buffers: Podium speaks JSON only",
    "quantity_proto_test/TestQuantityProtoMarshal/table2": "protocol buffers",
    "quantity_proto_test/TestQuantityProtoUnmarshal/table": "protocol buffers",
    "quantity_proto_test/TestQuantityProtoUnmarshal/table2": "protocol buffers",
    "quantity_test/TestDec/table": "big decimal of Go, which we do not have",
    "quantity_test/TestBigDec/table": "big decimal of Go",
    f"{Q}DeepCopy/slice": "our quantities can not be changed, so there is nothing to copy",
    f"{Q}DeepCopy/table": "our quantities can not be changed",
    f"{Q}AsApproximateFloat64/table": "the recorded inputs lost their exponents (1200 for 12e...); its String form runs",
    f"{Q}AsFloat64Slow/table": "the recorded inputs lost their exponents",
    f"{Q}Cmp/table2": "compares Go's big decimals; table runs",
    "quantity_test/TestParseQuantityString/table": "a step inside upstream's parser; the parse itself runs",
    "quantity_test/TestJSONWhitespace/testCases": "JSON decoding strips the blanks before our parser sees the text",
}
PAIRS = {
    f"{Q}Parse/table": ("input", "expect"),
    f"{Q}ParseEmit/table": ("in", "expect"),
    f"{Q}String/table": ("in", "expect"),
}
RAN = {
    *PAIRS,
    "amount_test/TestAmountSign/table",
    f"{Q}Parse/invalid",
    f"{Q}Cmp/table",
    f"{Q}CmpInt64AndDec/table",
    f"{Q}Neg/table",
    f"{Q}RoundUp/table",
    f"{Q}AddZeroPreservesSuffix/testValues",
    f"{Q}SubZeroPreservesSuffix/testValues",
    "quantity_test/TestAdd/tests",
    "quantity_test/TestSub/tests",
    "quantity_test/TestMul/tests",
    "quantity_test/TestNeg/tests",
    "quantity_test/TestNewSet/table",
    "quantity_test/TestNewScaledSet/table",
    "quantity_test/TestMilliNewSet/table",
    "quantity_test/TestScaledValue/table",
    "quantity_test/TestStringQuantityAsApproximateFloat64/table",
    "quantity_test/TestStringQuantityAsFloat64Slow/table",
    "quantity_test/TestAddSubRoundTrip/order",
    "quantity_test/TestAddSubRoundTripAcrossScales/order",
    "scale_int_test/TestScaledValueInternal/tests",
}


def test_every_table_runs_or_says_why_not() -> None:
    covered("quantity", RAN, NOT_APPLICABLE)


def scaled(number: int, scale: int, form: str = "DecimalSI") -> Quantity:
    known = Format(form) if form in list(Format) else Format.DECIMAL_EXPONENT
    return Quantity(number * 10 ** (scale + 9), known)


@pytest.mark.parametrize("table", sorted(PAIRS))
def test_a_text_is_written_in_its_canonical_form(table: str) -> None:
    source, expected = PAIRS[table]
    rows = cases("quantity", table)
    assert [canonical(c[source]) for c in rows] == [c[expected] for c in rows]


def test_the_longer_form_of_an_amount_reads_as_the_same_amount() -> None:
    rows = [c for c in cases("quantity", f"{Q}String/table") if c["alternate"]]
    assert [parse_quantity(c["alternate"]).nano for c in rows] == [parse_quantity(c["in"]).nano for c in rows]


@pytest.mark.parametrize("text", cases("quantity", f"{Q}Parse/invalid"))
def test_what_is_not_a_quantity_is_refused(text: str) -> None:
    with pytest.raises(QuantityError):
        parse_quantity(text)


@pytest.mark.parametrize(
    ("text", "message"), [("", FORMAT_WRONG), ("1 ", FORMAT_WRONG), ("1K", SUFFIX_WRONG), ("1ki", SUFFIX_WRONG), ("1e", SUFFIX_WRONG)]
)
def test_a_refusal_has_upstreams_words(text: str, message: str) -> None:
    with pytest.raises(QuantityError) as caught:
        parse_quantity(text)
    assert str(caught.value) == message


def test_signs() -> None:
    rows = cases("quantity", "amount_test/TestAmountSign/table")
    assert [scaled(c["i"]["value"], c["i"]["scale"]).sign for c in rows] == [c["expect"] for c in rows]


GARBLED = {"922337203685477580700", "-922337203685477580800", "9999999999999999990"}
"""Recorded on the larger side of a comparison that says smaller, or the other way round: their scales were lost."""


def test_comparisons() -> None:
    rows = [(c["x"], c["y"], c["expect"]) for c in cases("quantity", f"{Q}Cmp/table")]
    rows += [(c["a"], c["b"], c["cmp"]) for c in cases("quantity", f"{Q}CmpInt64AndDec/table") if c["a"] not in GARBLED]
    assert [parse_quantity(a).compare(parse_quantity(b)) for a, b, _ in rows] == [expected for *_, expected in rows]


@pytest.mark.parametrize("row", cases("quantity", f"{Q}RoundUp/table"), ids=str)
def test_rounding_goes_away_from_zero(row: dict[str, Any]) -> None:
    before = parse_quantity(row["in"])
    rounded = before.round_up(row["scale"])
    assert (str(rounded), rounded.nano == before.nano) == (row["expect"], row["ok"])


def test_arithmetic() -> None:
    q = parse_quantity
    got: list[str] = []
    expected: list[str] = []
    for c in cases("quantity", "quantity_test/TestAdd/tests"):
        got.append(str(q(c["a"]).add(q(c["b"])))), expected.append(c["expected"])
    for c in cases("quantity", "quantity_test/TestSub/tests"):
        got.append(str(q(c["a"]).subtract(q(c["b"])))), expected.append(c["expected"])
    for c in cases("quantity", "quantity_test/TestMul/tests"):
        got.append(str(q(c["a"]).multiply(c["b"]).nano)), expected.append(str(q(c["expected"]).nano))
    for c in cases("quantity", "quantity_test/TestNeg/tests"):
        got.append(str(q(c["a"]).negate())), expected.append(c["expected"])
    for c in cases("quantity", f"{Q}Neg/table"):
        got.append(str(q(c["a"]).negate())), expected.append(c["out"])
    assert got == expected


@pytest.mark.parametrize(
    "text", cases("quantity", f"{Q}AddZeroPreservesSuffix/testValues") + cases("quantity", f"{Q}SubZeroPreservesSuffix/testValues")
)
def test_zero_takes_over_the_format_of_what_it_meets(text: str) -> None:
    zero, other = Quantity(), parse_quantity(text)
    assert [str(zero.add(other)), str(other.add(zero)), str(other.subtract(zero))] == [text, text, text]


def test_adding_and_subtracting_ends_where_it_began() -> None:
    numbers = cases("quantity", "quantity_test/TestAddSubRoundTrip/order")
    total = Quantity()
    for number in numbers:
        total = total.add(scaled(number, 0))
    assert total.value == sum(numbers)
    for index, number in enumerate(cases("quantity", "quantity_test/TestAddSubRoundTripAcrossScales/order")):
        step = scaled(number, index % 19 - 9)
        assert total.add(step).subtract(step) == total


def test_made_from_numbers() -> None:
    rows = [(scaled(c["value"], 0, c["format"]), c["expect"]) for c in cases("quantity", "quantity_test/TestNewSet/table")]
    rows += [(scaled(c["value"], -3, c["format"]), c["expect"]) for c in cases("quantity", "quantity_test/TestMilliNewSet/table")]
    rows += [(scaled(c["value"], c["scale"]), c["expect"]) for c in cases("quantity", "quantity_test/TestNewScaledSet/table")]
    assert [str(made) for made, _ in rows] == [expected for _, expected in rows]


def test_scaled_values_round_up() -> None:
    rows = [(10 ** (c["fromScale"] + 9), c["toScale"], c["expected"]) for c in cases("quantity", "quantity_test/TestScaledValue/table")]
    assert [Quantity(nano).scaled_value(to) for nano, to, _ in rows] == [expected for *_, expected in rows]


INTERNAL = cases("quantity", "scale_int_test/TestScaledValueInternal/tests")


@pytest.mark.parametrize("row", [c for c in INTERNAL if max(c["scale"], c["newScale"]) < 10], ids=str)
def test_scaling_a_big_number(row: dict[str, Any]) -> None:
    unscaled = sum(word << 64 * i for i, word in enumerate(row["unscaled"]["abs"] or ()))
    # upstream counts a decimal's scale downwards: scale 3 is thousandths
    assert scaled(unscaled, 9 - row["scale"]).scaled_value(9 - row["newScale"]) == row["want"]


def test_only_the_scale_finer_than_any_quantity_is_left_out() -> None:
    assert [c["scale"] for c in INTERNAL if max(c["scale"], c["newScale"]) >= 10] == [100]


@pytest.mark.parametrize("table", ["Approximate", ""])
def test_floats(table: str) -> None:
    name = f"quantity_test/TestStringQuantityAs{'ApproximateFloat64' if table else 'Float64Slow'}/table"
    rows = cases("quantity", name)
    assert [parse_quantity(c["in"]).approximate_float() for c in rows] == [pytest.approx(c["out"]) for c in rows]


@pytest.mark.parametrize(
    ("text", "whole", "thousandths"),
    [("100m", 1, 100), ("1.5", 2, 1500), ("-1.5", -2, -1500), ("2Gi", 2147483648, 2147483648000), ("1u", 1, 1), ("0", 0, 0)],
)
def test_hot_paths_read_whole_units_and_thousandths(text: str, whole: int, thousandths: int) -> None:
    assert (value(text), milli_value(text)) == (whole, thousandths)


def test_an_exponent_beyond_three_digits_is_refused_instead_of_filling_the_memory() -> None:
    with pytest.raises(QuantityError):
        parse_quantity("1e99999999")


@given(st.integers(min_value=-(10**24), max_value=10**24), st.sampled_from(sorted(Format)))
def test_what_is_written_reads_as_the_same_amount(nano: int, form: str) -> None:
    written = str(Quantity(nano, Format(form)))
    has_lost_its_form = form == Format.BINARY_SI and written.lstrip("-").isdigit()  # 3125000 has no binary suffix: it reads as 3125k
    assert parse_quantity(written).nano == nano
    assert parse_quantity(canonical(written)).nano == nano
    assert has_lost_its_form or canonical(written) == written
