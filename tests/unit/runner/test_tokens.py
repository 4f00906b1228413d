"""The static token file."""

from __future__ import annotations

from pathlib import Path

import pytest

from cluster.apiserver.request import User
from cluster.runner.tokens import read_tokens

FILES = {
    "a user with one group": ('abc,admin,1,"system:masters"\n', {"abc": User("admin", ("system:masters",))}),
    "two users, several groups, none, an empty line": (
        'abc,admin,1,"one,two"\n\ndef,student,2\n',
        {"abc": User("admin", ("one", "two")), "def": User("student")},
    ),
}


@pytest.mark.parametrize(("text", "tokens"), FILES.values(), ids=FILES.keys())
def test_each_token_stands_for_a_user(tmp_path: Path, text: str, tokens: dict[str, User]) -> None:
    path = tmp_path / "tokens.csv"
    path.write_text(text)
    assert read_tokens(path) == tokens


def test_without_a_file_there_are_no_tokens(tmp_path: Path) -> None:
    assert read_tokens(tmp_path / "tokens.csv") == {}


def test_a_line_that_is_something_else_is_named(tmp_path: Path) -> None:
    path = tmp_path / "tokens.csv"
    path.write_text("abc,admin,1\nonly-a-token\n")
    with pytest.raises(ValueError, match=r"tokens\.csv, line 2: expected token, user name, user uid and groups"):
        read_tokens(path)
