"""The page's modules as one script, so that a page comes up at once and a saved one runs without a server.

A browser takes longer to ask for a hundred modules than to read them; it loads none from ``file://``, and a policy that names a
script's hash allows exactly one text. So every module becomes a function that is called once, in the order in which they need each
other, and hands out what it exports. What only readers need, more than half of it, is left out: comments on lines of their own and types
before a value here, since minify-html has respect for some of them, and the rest by minify-html.

What joins them is no JavaScript parser: it knows the few forms that the page's modules use (named imports, now or awaited, and exported
declarations) and refuses everything else, so that nothing is dropped in silence.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import minify_html

_IMPORT = re.compile(r'^import \{(?P<names>[^}]*)\} from "(?P<path>[^"]+)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?P<declares>(?:async )?(?:class|const|function\*?) (?P<name>\w+))", re.MULTILINE)
_LATER = re.compile(r'\bawait import\("(?P<path>[^"]+)"\)')
_NOTHING = re.compile(r"^export \{\};$", re.MULTILINE)
_OTHER = re.compile(r"^(?:import|export)\b.*$|\bimport\(|\bimport\.meta\b", re.MULTILINE)
_BLOCK = re.compile(r"/\*.*?\*/", re.DOTALL)
_COMMENT = re.compile(r"^[ \t]*(?://[^\n]*|/\*(?:(?!\*/).)*\*/[ \t]*)\n", re.MULTILINE | re.DOTALL)
_TYPE = re.compile(r"""^([^"'`\n]*?)/\*\* @type [^*\n]*\*/ ?""", re.MULTILINE)
_OPEN, _CLOSE, _STRICT = "<script type=module>", "</script>", '"use strict";'
_ENDS_SCRIPT = re.compile(r"</script|<!--", re.IGNORECASE)

Read = Callable[[str], str]
"""Returns the text of a module by its path. Raises KeyError or OSError."""


class CannotBundleError(Exception):
    """A module uses a form that is not known here, or modules need each other in a circle."""


def bundle(entry: str, read: Read, replaced: Mapping[str, str] | None = None, apart: Mapping[str, str] | None = None) -> str:
    """Return one module that does what the module at the path ``entry`` does, and exports what that exports.

    ``replaced``: modules that others stand in for; ``apart``: modules that stay outside, and the paths from which they are loaded.
    Raises CannotBundleError.
    """
    made = _Bundle(entry, read, replaced or {}, apart or {})
    made.add(entry, ())
    exported = "".join(f"export const {name} = {made.name(entry)}.{name};\n" for name in _exports(read(entry)))
    script = "".join((*made.outside.values(), *made.inside.values(), exported))
    if _ENDS_SCRIPT.search(script):
        raise CannotBundleError("a module contains what would end the script")
    return _shortened(script)


@dataclass(slots=True)
class _Bundle:
    """``inside``: the modules that became functions; ``outside``: what is imported beside them; ``names``: their variables; all by path."""

    entry: str
    read: Read
    replaced: Mapping[str, str]
    apart: Mapping[str, str]
    inside: dict[str, str] = field(default_factory=dict)
    outside: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def add(self, path: str, needed_by: tuple[str, ...]) -> None:
        """Take in a module after those that it needs."""
        if path in self.inside:
            return
        if path in needed_by:
            raise CannotBundleError(" needs ".join((*needed_by[needed_by.index(path) :], path)))
        text = self.read(path)
        imports = [*_IMPORT.finditer(text), *_LATER.finditer(text)]
        wanted = {found["path"]: self._resolve(path, found["path"]) for found in imports}
        for needed in wanted.values():
            if needed not in self.apart:
                self.add(needed, (*needed_by, path))
        for found in _IMPORT.finditer(text):
            needed = wanted[found["path"]]
            if needed in self.apart:
                self.outside[needed] = f'import * as {self.name(needed)} from "{self._address(needed)}";\n'
        text = _IMPORT.sub(lambda found: f"const {{{_renamed(found['names'])}}} = {self.name(wanted[found['path']])};", text)
        text = _LATER.sub(lambda found: found[0] if wanted[found["path"]] in self.apart else self.name(wanted[found["path"]]), text)
        exported = _exports(text)
        text = _NOTHING.sub("", _EXPORT.sub(lambda found: found["declares"], text))
        other = _OTHER.search(_BLOCK.sub("", _LATER.sub("", text)))
        if other is not None:
            raise CannotBundleError(f"{path}: {other[0]}")
        text = _LATER.sub(lambda found: f'await import("{self._address(wanted[found["path"]])}")', _undocumented(text, path))
        self.inside[path] = f"const {self.name(path)} = (() => {{\n{text}\nreturn {{ {', '.join(exported)} }};\n}})();\n"

    def name(self, path: str) -> str:
        """The variable of a module. Numbers, since names of paths would be a hundredth of what is sent."""
        return self.names.setdefault(path, f"${len(self.names)}")

    def _resolve(self, path: str, wanted: str) -> str:
        found = posixpath.normpath(posixpath.join(posixpath.dirname(path), wanted))
        return self.replaced.get(found, found)

    def _address(self, needed: str) -> str:
        """Where a module outside is, seen from where the bundle will lie: beside its entry."""
        found = posixpath.relpath(self.apart[needed], posixpath.dirname(self.entry) or ".")
        return found if found.startswith("..") else f"./{found}"


def _exports(text: str) -> list[str]:
    return [found["name"] for found in _EXPORT.finditer(text)]


def _renamed(names: str) -> str:
    return re.sub(r"(\w+) as (\w+)", r"\1: \2", names)


def _undocumented(text: str, path: str) -> str:
    """Leave comments out: a text over several lines could hold what only looks like them."""
    text = _COMMENT.sub("", text)
    while (without := _TYPE.sub(r"\1", text)) != text:
        text = without
    if any(line.count("`") % 2 or line.endswith("\\") for line in text.splitlines()):
        raise CannotBundleError(f"{path}: a text of several lines")
    return text


def _shortened(script: str) -> str:
    """Leave out what does nothing.

    minify-html knows scripts as parts of a page only, and hands on what it cannot read. What it can read has lost the word that all
    modules are strict, which goes without saying.
    """
    page = minify_html.minify(f"{_OPEN}{_STRICT}{script}{_CLOSE}", minify_js=True)
    short = page.removeprefix(_OPEN).removesuffix(_CLOSE)
    if short.startswith(_STRICT):
        raise CannotBundleError("a module is no JavaScript")
    return short
