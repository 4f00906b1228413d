"""What a shell remembers: its frames, variables, functions and traps. All of it is JSON in its process's ``state``.

A frame is a script on its way: ``{"text", "pc", "kind", "args", "loops", "opened", "captured", "locals"}``. ``kind``: ``script``,
``input`` (read line by line from standard input), ``function``, ``eval``, ``trap``. ``args`` None: those of the frame below.
``becomes``: the shell may become its last command, as that of ``sh -c`` does.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping

from cluster.container_runtime.linux.process import Process
from cluster.machinery.meta import Obj


class Variables(MutableMapping[str, str]):
    """Variables of a shell: exported ones are its process's environment, the others its own."""

    def __init__(self, process: Process) -> None:
        self._env, self._own = process.env, process.state["vars"]

    def __getitem__(self, name: str) -> str:
        return str(self._own[name] if name in self._own else self._env[name])

    def __setitem__(self, name: str, value: str) -> None:
        (self._env if name in self._env else self._own)[name] = value

    def __delitem__(self, name: str) -> None:
        self._own.pop(name, None)
        self._env.pop(name, None)

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._own.keys() | self._env.keys()))

    def __len__(self) -> int:
        return len(self._own.keys() | self._env.keys())

    def export(self, name: str, value: str | None = None) -> None:
        """Let children have a variable."""
        own = self._own.pop(name, None)
        chosen = value if value is not None else own
        if chosen is not None:
            self._env[name] = chosen


def new_memory(name: str, frames: list[Obj], options: str = "") -> Obj:
    """Return the state of a shell that begins. ``name``: ``$0``."""
    return {"frames": frames, "vars": {}, "functions": {}, "traps": {}, "status": 0, "options": options, "name": name}


def new_frame(text: str, kind: str, args: list[str] | None, pc: int = 0) -> Obj:
    """Return a frame at its beginning."""
    return {"text": text, "pc": pc, "kind": kind, "args": args, "loops": [], "opened": [], "captured": []}


def forked_memory(state: Obj, pc: int, pid: int) -> Obj:
    """Return the state of a process that runs a stretch of its parent's script. ``pid``: the parent's ``$$``."""
    top = state["frames"][-1]
    frame = {**new_frame(top["text"], "script", arguments(state), pc)}
    frame["becomes"] = True
    frame["loops"] = [list(loop) for loop in top["loops"]]
    return {
        "frames": [frame],
        "vars": dict(state["vars"]),
        "functions": {name: list(place) for name, place in state["functions"].items()},
        "traps": {name: text for name, text in state["traps"].items() if text == ""},
        "status": state["status"],
        "options": state["options"].replace("i", ""),
        "name": state["name"],
        "pid": pid,
    }


def arguments(state: Obj) -> list[str]:
    """Return the positional parameters."""
    return next((list(frame["args"]) for frame in reversed(state["frames"]) if frame["args"] is not None), [])


def set_arguments(state: Obj, args: list[str]) -> None:
    """Replace the positional parameters."""
    frame = next(frame for frame in reversed(state["frames"]) if frame["args"] is not None)
    frame["args"] = args
