"""Label and field selectors, held against upstream's own tables."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.machinery import fields
from cluster.machinery.label_requirement import Requirement, SelectorError, parse_int, requirement
from cluster.machinery.labels import (
    Selector,
    Token,
    format_selector,
    parse_selector,
    selector_from_labels,
    selector_from_object,
    tokenize,
)
from tests.unit.machinery.tables import cases, upstream

S, L, F, H = "selector_test/Test", "labels_test/Test", "fields:selector_test/Test", "metav1:helpers_test/Test"
RAN = {
    f"{S}Add/testCases",
    f"{S}Lexer/testcases",
    f"{S}LexerSequence/testcases",
    f"{S}ParseOperator/testcases",
    f"{S}ParserLookahead/testcases",
    f"{S}RequirementConstructor/requirementConstructorTests",
    f"{S}RequirementEqual/tests",
    f"{S}RequirementSelectorMatching/labelSelectorMatchingTests",
    f"{S}RequiresExactMatch/testCases",
    f"{S}SelectorParse/testBadStrings",
    f"{S}SelectorParse/testGoodStrings",
    f"{S}SetSelectorParser/setSelectorParserTests",
    f"{S}ToString/toStringTests",
    f"{S}ValidatedSelectorFromSet/tests",
    f"{L}LabelSelectorParse/tests",
    f"{F}EscapeValue/invalidTestcases",
    f"{F}EscapeValue/testcases",
    f"{F}SelectorParse/testBadStrings",
    f"{F}SelectorParse/testGoodStrings",
    f"{F}SplitTerm/testcases",
    f"{F}SplitTerms/testcases",
    f"{H}LabelSelectorAsSelector/tc",
}
NOT_APPLICABLE = {
    "fields:fields_test/TestFieldHas/fieldHasTests": "a method of Go's Set; ours is a dict",
    f"{F}RequiresExactMatch/testCases": "nested terms, which no text can say; required_value has rows of its own",
    f"{F}Transform/testCases": "the transformations are functions, which are not data",
    f"{L}LabelConflict/tests": "a method of Go's Set; ours is a dict",
    f"{L}LabelHas/labelHasTests": "a method of Go's Set",
    f"{L}LabelMerge/tests": "a method of Go's Set",
    f"{S}SafeSort/tests": "a sort that copies: sorted()",
    f"{S}SetSelectorString/cases": "a method of Go's Set",
    f"{H}LabelSelectorAsMap/tests": "used by nothing of ours",
    f"{H}SetMetaDataLabel/tests": "a dict assignment",
    "metav1:labels_test/TestAddLabelToSelector/cases": "a dict assignment",
    "metav1:labels_test/TestCloneSelectorAndAddLabel/cases": "a dict assignment",
}
OTHER_MODULES = ("conversion_test", "duration_test", "group_version_test", "micro_time_test", "time_test", "types_test")
"""metav1's times, durations and verbs, which are recorded in the same file and are not selectors."""


def test_every_table_runs_or_says_why_not() -> None:
    tables = {t for t in upstream("selectors")["tables"] if not t.startswith(tuple(f"metav1:{m}" for m in OTHER_MODULES))}
    assert RAN | set(NOT_APPLICABLE) == tables
    assert not RAN & set(NOT_APPLICABLE)


def made(rows: list[dict[str, Any]]) -> Selector:
    return Selector(tuple(Requirement(r["key"], r["operator"], tuple(r["strValues"] or ())) for r in rows))


def by_key(selector: Selector) -> list[tuple[str, str, tuple[str, ...]]]:
    return sorted((r.key, r.operator, r.values) for r in selector.requirements)


@pytest.mark.parametrize("row", cases("selectors", f"{S}SetSelectorParser/setSelectorParserTests"), ids=lambda r: repr(r["In"]))
def test_a_text_is_read_into_requirements(row: dict[str, Any]) -> None:
    if row["Valid"]:
        assert by_key(parse_selector(row["In"])) == by_key(made(row["Out"] or []))
    else:
        with pytest.raises(SelectorError):
            parse_selector(row["In"])


def test_good_texts_are_written_as_they_were_read() -> None:
    good = cases("selectors", f"{S}SelectorParse/testGoodStrings")
    assert [str(parse_selector(text)) for text in good] == [text.replace(" ", "") for text in good]


@pytest.mark.parametrize("text", cases("selectors", f"{S}SelectorParse/testBadStrings"))
def test_bad_texts_are_refused(text: str) -> None:
    with pytest.raises(SelectorError):
        parse_selector(text)


@pytest.mark.parametrize("row", cases("selectors", f"{L}LabelSelectorParse/tests"), ids=lambda r: repr(r["selector"]))
def test_a_text_that_is_only_equalities_gives_its_labels(row: dict[str, Any]) -> None:
    try:
        selector = parse_selector(row["selector"])
    except SelectorError:
        assert not row["valid"]
        return
    is_set = all(r.operator == "=" for r in selector.requirements)
    assert (is_set, {r.key: r.values[0] for r in selector.requirements} if is_set else {}) == (row["valid"], row["labels"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a=b c!", "found 'c', expected: ',' or 'end of string'"),
        ("a in (b", "unable to parse requirement: found '', expected: ',' or ')'"),
        (",a", "found ',', expected: !, identifier, or 'end of string'"),
        ("a,,b", "found ',', expected: identifier after ','"),
        ("a in b", "unable to parse requirement: found 'b' expected: '('"),
        ("!=a", "found '!=', expected: !, identifier, or 'end of string'"),
        ("! =a", "unable to parse requirement: found '=', expected: identifier"),
        (
            "x<a",
            "unable to parse requirement: values[0]: Invalid value: \"a\": for 'Gt', 'Lt' operators, the value must be an integer",
        ),
        (
            "a/b/c",
            "unable to parse requirement: <nil>: Invalid value: \"a/b/c\": a valid label key must consist of alphanumeric characters, '-', "
            "'_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used "
            "for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' "
            "(e.g. 'example.com/MyName')",
        ),
    ],
)
def test_a_refusal_has_upstreams_words(text: str, message: str) -> None:
    with pytest.raises(SelectorError) as caught:
        parse_selector(text)
    assert str(caught.value) == message


@pytest.mark.parametrize("row", cases("selectors", f"{S}RequirementConstructor/requirementConstructorTests"), ids=lambda r: r["Key"][:20])
def test_a_requirement_names_every_fault(row: dict[str, Any]) -> None:
    if row["WantErr"] is None:
        assert requirement(row["Key"], row["Op"], row["Vals"] or []).key == row["Key"]
        return
    with pytest.raises(SelectorError) as caught:
        requirement(row["Key"], row["Op"], row["Vals"] or [])
    assert all(wanted["error"] in str(caught.value) for wanted in row["WantErr"])


def test_requirements_are_written_as_upstream_writes_them() -> None:
    rows = cases("selectors", f"{S}ToString/toStringTests")
    assert [str(made(c["In"])) for c in rows] == [c["Out"] for c in rows]


def test_equality_compares_key_operator_and_values() -> None:
    rows = cases("selectors", f"{S}RequirementEqual/tests")
    assert [made([c["x"]]) == made([c["y"]]) for c in rows] == [c["want"] for c in rows]


@pytest.mark.parametrize("row", cases("selectors", f"{S}RequirementSelectorMatching/labelSelectorMatchingTests"), ids=str)
def test_matching(row: dict[str, Any]) -> None:
    assert made(row["Sel"]).matches(row["Set"]) is row["Match"]


def test_a_selector_that_demands_one_value_says_so() -> None:
    rows = cases("selectors", f"{S}RequiresExactMatch/testCases")
    expected = [c["expectedValue"] if c["expectedFound"] else None for c in rows]
    assert [made(c["sel"] or []).required_value(c["label"]) for c in rows] == expected


def test_adding_requirements_keeps_them_in_the_order_of_their_keys() -> None:
    rows = cases("selectors", f"{S}Add/testCases")
    added = [Selector((*made(c["sel"]).requirements, requirement(c["key"], c["operator"], c["values"]))) for c in rows]
    assert added == [made(c["refSelector"]) for c in rows]


NUMBERS = {
    1: Token.END, 2: Token.CLOSE, 3: Token.COMMA, 4: Token.NOT, 5: Token.DOUBLE_EQUAL, 6: Token.EQUAL, 7: Token.GREATER,
    8: Token.IDENTIFIER, 9: Token.IN, 10: Token.LESS, 11: Token.NOT_EQUAL, 12: Token.NOT_IN, 13: Token.OPEN,
}  # fmt: skip
"""Upstream's numbers for kinds of words."""


def test_words() -> None:
    rows = [(c["s"], [c["t"]]) for c in cases("selectors", f"{S}Lexer/testcases")]
    rows += [(c["s"], c["t"]) for c in cases("selectors", f"{S}LexerSequence/testcases")]
    rows += [(c["s"], [t for t in c["t"] if t != 1]) for c in cases("selectors", f"{S}ParserLookahead/testcases")]
    got = [[token for token, _ in tokenize(text)[: max(len(expected), 1)]] for text, expected in rows]
    assert got == [[NUMBERS[t] for t in expected] or [Token.END] for _, expected in rows]


@pytest.mark.parametrize("row", cases("selectors", f"{S}ParseOperator/testcases"), ids=lambda r: r["token"])
def test_what_may_stand_where_an_operator_is_expected(row: dict[str, Any]) -> None:
    text = f"key {row['token']} {'(1)' if row['token'] in ('in', 'notin') else '1'}"
    if row["expectedError"] is None:
        assert parse_selector(text).requirements[0].key == "key"
    else:
        with pytest.raises(SelectorError) as caught:
            parse_selector(text)
        assert str(caught.value) == f"unable to parse requirement: {row['expectedError']['error']}"


@pytest.mark.parametrize("row", cases("selectors", f"{S}ValidatedSelectorFromSet/tests"), ids=lambda r: r["name"])
def test_labels_are_checked_before_they_select(row: dict[str, Any]) -> None:
    if row["expectedError"] is None:
        assert selector_from_labels(row["input"]) == made(row["expectedSelector"])
    else:
        with pytest.raises(SelectorError) as caught:
            selector_from_labels(row["input"])
        assert row["expectedError"][0]["error"] in str(caught.value)


@pytest.mark.parametrize("row", cases("selectors", f"{H}LabelSelectorAsSelector/tc"), ids=str)
def test_an_object_is_compiled(row: dict[str, Any]) -> None:
    if row["expectErr"]:
        with pytest.raises(SelectorError):
            selector_from_object(row["in"])
        return
    compiled = selector_from_object(row["in"])
    expected = [(r["key"], r["operator"], tuple(r["strValues"])) for r in row["out"] or []]
    assert [(r.key, r.operator, tuple(sorted(r.values))) for r in compiled.requirements] == sorted(expected)
    assert compiled.selects_nothing is (row["in"] is None)


@pytest.mark.parametrize(
    ("obj", "text"),
    [
        (None, "<none>"),
        ({}, "<none>"),
        ({"matchLabels": {"b": "2", "a": "1"}}, "a=1,b=2"),
        (
            {"matchExpressions": [{"key": "a", "operator": "Exists"}, {"key": "b", "operator": "NotIn", "values": ["y", "x"]}]},
            "a,b notin (x,y)",
        ),
        ({"matchExpressions": [{"key": "a", "operator": "Near", "values": ["x"]}]}, "<error>"),
    ],
)
def test_a_selector_in_a_column(obj: dict[str, Any] | None, text: str) -> None:
    assert format_selector(obj) == text


@pytest.mark.parametrize(
    ("text", "number"), [("12", 12), ("-3", -3), ("+3", 3), ("9223372036854775808", None), ("1_0", None), (" 1", None)]
)
def test_integers_are_read_as_go_reads_them(text: str, number: int | None) -> None:
    assert parse_int(text) == number


def pairs(table: str) -> list[tuple[str, Any]]:
    recorded = upstream("selectors")["tables"][table]["cases"]
    return list(recorded.items()) if isinstance(recorded, dict) else [tuple(pair) for pair in recorded]


def test_field_values_are_escaped_and_back() -> None:
    rows = pairs(f"{F}EscapeValue/testcases")
    assert [(fields.escape_value(plain), fields.unescape_value(escaped)) for plain, escaped in rows] == [(e, p) for p, e in rows]


@pytest.mark.parametrize("text", cases("selectors", f"{F}EscapeValue/invalidTestcases"))
def test_a_bad_escape_is_refused(text: str) -> None:
    with pytest.raises(SelectorError):
        fields.unescape_value(text)


@pytest.mark.parametrize("text", cases("selectors", f"{F}SelectorParse/testGoodStrings"))
def test_a_field_selector_is_written_as_it_was_read(text: str) -> None:
    assert str(fields.parse_field_selector(text)) == text


@pytest.mark.parametrize("text", cases("selectors", f"{F}SelectorParse/testBadStrings"))
def test_a_bad_field_selector_is_refused(text: str) -> None:
    with pytest.raises(SelectorError):
        fields.parse_field_selector(text)


def test_terms_of_a_field_selector() -> None:
    split = pairs(f"{F}SplitTerms/testcases")
    assert [fields.split_terms(text) for text, _ in split] == [expected or [] for _, expected in split]
    terms = pairs(f"{F}SplitTerm/testcases")
    assert [fields.split_term(text) for text, _ in terms] == [(e["lhs"], e["op"], e["rhs"]) if e["ok"] else None for _, e in terms]


@pytest.mark.parametrize(
    ("text", "values", "is_match", "required"),
    [
        ("", {}, True, None),
        ("metadata.name=web", {"metadata.name": "web"}, True, "web"),
        ("metadata.name==web", {"metadata.name": "db"}, False, "web"),
        ("spec.nodeName!=n1,metadata.name=web", {"metadata.name": "web", "spec.nodeName": "n2"}, True, "web"),
        ("spec.nodeName=", {}, True, None),
        ("metadata.name!=web", {"metadata.name": "web"}, False, None),
    ],
)
def test_field_values_are_compared(text: str, values: dict[str, str], is_match: bool, required: str | None) -> None:
    selector = fields.parse_field_selector(text)
    assert (selector.matches(values), selector.required_value("metadata.name")) == (is_match, required)
