"""Whom each bearer token stands for: kube-apiserver's static token file.

Upstream: ``staging/src/k8s.io/apiserver/pkg/authentication/token/tokenfile/tokenfile.go``.
"""

from __future__ import annotations

import csv
from pathlib import Path

from cluster.apiserver.request import User

FILE = Path("pki", "tokens.csv")
"""Below the data folder; the servers make it."""


def read_tokens(path: Path) -> dict[str, User]:
    """Read ``token,user,uid,"group,group"`` lines; no file, no tokens. Raises ValueError for a line that is something else."""
    if not path.exists():
        return {}
    tokens: dict[str, User] = {}
    with path.open(newline="") as file:
        for number, row in enumerate(csv.reader(file), start=1):
            if not row:
                continue
            if len(row) < 3 or not row[0]:
                raise ValueError(f"{path}, line {number}: expected token, user name, user uid and groups")
            groups = tuple(row[3].split(",")) if len(row) > 3 and row[3] else ()
            tokens[row[0]] = User(row[1], groups)
    return tokens
