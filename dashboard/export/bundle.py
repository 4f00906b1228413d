"""The page's modules as one script, so that a saved page runs without a server.

Browsers load no modules from ``file://``, and a policy that names a script's hash allows exactly one text. So every module becomes
a function that is called once, in the order in which they need each other, and hands out what it exports. This is no JavaScript
parser: it knows the few forms that the page's modules use (named imports, now or awaited, and exported declarations) and refuses
everything else, so that nothing is dropped in silence.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping

_IMPORT = re.compile(r'^import \{(?P<names>[^}]*)\} from "(?P<path>[^"]+)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?P<declares>(?:async )?(?:class|const|function\*?) (?P<name>\w+))", re.MULTILINE)
_LATER = re.compile(r'\bawait import\("(?P<path>[^"]+)"\)')
_NOTHING = re.compile(r"^export \{\};$", re.MULTILINE)
_OTHER = re.compile(r"^(?:import|export)\b.*$|\bimport\(|\bimport\.meta\b", re.MULTILINE)
_ENDS_SCRIPT = re.compile(r"</script|<!--", re.IGNORECASE)

Read = Callable[[str], str]
"""Returns the text of a module by its path. Raises KeyError or OSError."""


class CannotBundleError(Exception):
    """A module uses a form that is not known here, or modules need each other in a circle."""


def bundle(entry: str, read: Read, replaced: Mapping[str, str] | None = None) -> str:
    """Return one script that does what the module at the path ``entry`` does. ``replaced``: modules that others stand in for.

    Raises CannotBundleError.
    """
    made: dict[str, str] = {}
    _add(entry, read, replaced or {}, made, ())
    script = '"use strict";\n' + "".join(made.values())
    if _ENDS_SCRIPT.search(script):
        raise CannotBundleError("a module contains what would end the script")
    return script


def _add(path: str, read: Read, replaced: Mapping[str, str], made: dict[str, str], needed_by: tuple[str, ...]) -> None:
    if path in made:
        return
    if path in needed_by:
        raise CannotBundleError(" needs ".join((*needed_by[needed_by.index(path) :], path)))
    text = read(path)
    imports = [*_IMPORT.finditer(text), *_LATER.finditer(text)]
    wanted = {found["path"]: _resolve(path, found["path"], replaced) for found in imports}
    for needed in wanted.values():
        _add(needed, read, replaced, made, (*needed_by, path))
    text = _IMPORT.sub(lambda found: f"const {{{_renamed(found['names'])}}} = {_name(wanted[found['path']])};", text)
    text = _LATER.sub(lambda found: _name(wanted[found["path"]]), text)
    exported = [found["name"] for found in _EXPORT.finditer(text)]
    text = _NOTHING.sub("", _EXPORT.sub(lambda found: found["declares"], text))
    other = _OTHER.search(_without_comments(text))
    if other is not None:
        raise CannotBundleError(f"{path}: {other[0]}")
    made[path] = f"const {_name(path)} = (() => {{\n{text}\nreturn {{ {', '.join(exported)} }};\n}})();\n"


def _resolve(path: str, wanted: str, replaced: Mapping[str, str]) -> str:
    found = posixpath.normpath(posixpath.join(posixpath.dirname(path), wanted))
    return replaced.get(found, found)


def _renamed(names: str) -> str:
    return re.sub(r"(\w+) as (\w+)", r"\1: \2", names)


def _name(path: str) -> str:
    """A variable for a module; no two paths share one."""
    return "$" + re.sub(r"\W", lambda found: f"${ord(found[0]):x}$", path)


def _without_comments(text: str) -> str:
    return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
