"""The keys of a data folder, as the components are given them."""

from __future__ import annotations

from pathlib import Path

from cluster.controller_manager.keys import Keys
from cluster.http import pki
from cluster.runner.keys import FOLDER, read_keys


def test_the_keys_of_a_folder_are_those_that_the_server_made(tmp_path: Path) -> None:
    made = pki.ensure(tmp_path)
    keys, again = read_keys(tmp_path / FOLDER), read_keys(tmp_path / FOLDER)
    assert keys.authority is not None
    assert keys.service_account is not None
    assert again.service_account is not None
    told = (keys.authority.pem, again.service_account.verify(keys.service_account.sign({"sub": "x"})))
    assert told == (made.ca_certificate.read_text(), {"sub": "x"})


def test_a_folder_without_credentials_gives_none(tmp_path: Path) -> None:
    assert read_keys(tmp_path / FOLDER) == Keys()
