"""The secret that signs what Django hands to browsers: made once, kept in the data folder.

Nobody chooses a secret for a program that is tried out on a laptop, so there is no default one that could be
left in place: the first start writes a random one into a file that only its owner can read.
"""

from __future__ import annotations

import os
from pathlib import Path

from django.utils.crypto import get_random_string

LENGTH = 64


def secret_key(folder: Path) -> str:
    """Return the secret kept in ``folder``, making it (and the folder) on first use.

    Where the folder can not be written the secret lives as long as the process: whoever starts the server says
    what is wrong with the folder; reading the settings must not fail before that.
    """
    path = folder / "secret-key"
    fresh = get_random_string(LENGTH)
    try:
        if path.exists():
            return path.read_text() or fresh
        folder.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(fresh)
    except FileExistsError:  # another process was faster
        return (path.read_text() if path.is_file() else "") or fresh
    except OSError:
        return fresh
    return fresh
