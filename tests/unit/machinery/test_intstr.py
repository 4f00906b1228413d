"""Numbers and percentages."""

from __future__ import annotations

import pytest

from cluster.machinery.intstr import IntOrStringError, is_percent, scaled_value


@pytest.mark.parametrize(
    ("value", "total", "up", "down"),
    [(3, 10, 3, 3), ("25%", 10, 3, 2), ("90%", 10, 9, 9), ("0%", 10, 0, 0), ("95%", 10, 10, 9), ("100%", 4, 4, 4), ("34%", 0, 0, 0)],
)
def test_a_percentage_is_a_part_of_the_total(value: int | str, total: int, up: int, down: int) -> None:
    assert (scaled_value(value, total, round_up=True), scaled_value(value, total, round_up=False)) == (up, down)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("5", "invalid value for IntOrString: invalid type: string is not a percentage"),
        ("a%", 'invalid value for IntOrString: invalid value "a%": strconv.Atoi: parsing "a": invalid syntax'),
        ("1.5%", 'invalid value for IntOrString: invalid value "1.5%": strconv.Atoi: parsing "1.5": invalid syntax'),
    ],
)
def test_what_is_neither_is_refused(value: str, message: str) -> None:
    with pytest.raises(IntOrStringError) as caught:
        scaled_value(value, 1, round_up=True)
    assert str(caught.value) == message


def test_only_texts_with_a_number_and_a_percent_sign_are_percentages() -> None:
    assert [is_percent(v) for v in ("10%", 10, "10", "x%")] == [True, False, False, False]
