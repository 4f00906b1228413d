"""Input of tools that go through text line by line: the files that are named, or what arrives at standard input while it arrives."""

from __future__ import annotations

from cluster.container_runtime.linux.call import Call
from cluster.container_runtime.linux.files import FileError
from cluster.container_runtime.programs.options import cannot_open


def whole(call: Call, names: list[str]) -> bytes | None:
    """Return all input, None while it has not ended. What cannot be read is complained of; ``call.state["code"]`` is 1 then."""
    if not names:
        while True:
            data = call.read()
            if data is None:
                return None
            if not data:
                return bytes.fromhex(call.state.get("input", ""))
            call.state["input"] = call.state.get("input", "") + data.hex()
    found = b""
    for name in names:
        if name == "-":
            found += call.read() or b""
            continue
        try:
            found += call.files.read(call.path(name))
        except FileError as fault:
            call.state["code"] = cannot_open(call, name, str(fault))
    return found


def arrived(call: Call, names: list[str]) -> tuple[list[bytes], bool]:
    """Return the lines that are there and not taken yet, with their ends, and whether these are the last ones."""
    if names:
        return (whole(call, names) or b"").splitlines(keepends=True), True
    found: list[bytes] = []
    while (line := call.read_line()) is not None:
        if not line:
            return found, True
        found.append(line)
    return found, False


def exit_code(call: Call, otherwise: int = 0) -> int:
    """Return 1 if something could not be read."""
    return int(call.state.get("code", otherwise))
