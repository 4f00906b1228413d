#!/usr/bin/env python3
"""Compile the message catalogs (.po to .mo), or with --check say what is missing in them.

Does what GNU gettext's msgfmt and xgettext do, because neither is on a fresh machine. The .mo files are committed; a test
holds them against the .po files, and the .po files against what the program and its templates say.
"""

from __future__ import annotations

import ast
import gettext
import os
import re
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CATALOGS = {ROOT / "dashboard": "*.py", ROOT / "templates": "*"}
"""Folders that hold ``locale/<language>/LC_MESSAGES/django.po``, and which of their files speak."""
LANGUAGE = "ko"
CONTEXT, PLURAL = "\x04", "\x00"
Entries = dict[str, str]
"""msgid (a plural's forms joined by NUL) to msgstr (likewise), as a .mo file has them."""

_PO_LINE = re.compile(r'^(?:(msgctxt|msgid|msgid_plural|msgstr(?:\[\d+\])?)\s+)?"(.*)"$')
_TRANSLATE = re.compile(r"""\{%-?\s*(?:translate|trans)\s+(?P<quote>["'])(?P<text>.*?)(?P=quote)""")
_BLOCK = re.compile(r"\{%\s*blocktrans(?:late)?\b(?P<options>[^%]*)%\}(?P<body>.*?)\{%\s*endblocktrans(?:late)?\s*%\}", re.DOTALL)


def parse(text: str) -> Entries:
    """Read a .po file. Raises ValueError for a line that is none of its own, and for a msgid that comes twice."""
    entries: Entries = {}
    fields: dict[str, str] = {}
    field = ""

    def finish() -> None:
        if "msgid" in fields:
            msgid = fields["msgid"] + (PLURAL + fields["msgid_plural"] if "msgid_plural" in fields else "")
            if msgid in entries:
                raise ValueError(f"{msgid!r} comes twice")
            entries[msgid] = PLURAL.join(value for name, value in sorted(fields.items()) if name.startswith("msgstr"))
        fields.clear()

    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _PO_LINE.match(line.strip())
        if match is None:
            raise ValueError(f"line {number} is not understood: {line}")
        if match.group(1):
            field = match.group(1)
            if field in ("msgctxt", "msgid") and any(name.startswith("msgstr") for name in fields):
                finish()
            fields[field] = ""
        fields[field] += ast.literal_eval(f'"{match.group(2)}"')
    finish()
    return entries


def compile_entries(entries: Entries) -> bytes:
    """Write a .mo file: GNU's format, revision 0, without a hash table. Untranslated messages are left out."""
    pairs = sorted((msgid.encode(), msgstr.encode()) for msgid, msgstr in entries.items() if msgstr)
    header = 7 * 4
    offset = header + 16 * len(pairs)
    tables: list[list[int]] = [[], []]
    body = b""
    for column in (0, 1):
        for pair in pairs:
            tables[column] += [len(pair[column]), offset + len(body)]
            body += pair[column] + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), header, header + 8 * len(pairs), 0, 0)
    return head + struct.pack(f"<{4 * len(pairs)}I", *tables[0], *tables[1]) + body


def said_by_python(source: str) -> Iterator[str]:
    """The message ids of calls of gettext and its like."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "gettext", "gettext_lazy"):
            (argument,) = node.args
            if not isinstance(argument, ast.Constant) or not isinstance(argument.value, str):
                raise ValueError(f"line {node.lineno}: a message must be a literal")
            yield argument.value


def said_by_template(source: str) -> Iterator[str]:
    """The message ids of translate and blocktranslate."""
    for match in _TRANSLATE.finditer(source):
        yield match.group("text")
    for match in _BLOCK.finditer(source):
        body = re.sub(r"\{\{\s*(\w+)\s*\}\}", r"%(\1)s", match.group("body"))
        parts = re.split(r"\{%\s*plural\s*%\}", body)
        if "trimmed" in match.group("options").split():
            parts = [" ".join(part.split()) for part in parts]
        yield PLURAL.join(parts)


def said(folder: Path, pattern: str) -> set[str]:
    """Every message id of a folder."""
    found: set[str] = set()
    for path in sorted(folder.rglob(pattern)):
        if path.suffix == ".py":
            found.update(said_by_python(path.read_text(encoding="utf-8")))
        elif path.suffix in (".html", ".json", ".txt", ".js") and "locale" not in path.parts:
            found.update(said_by_template(path.read_text(encoding="utf-8")))
    return found


def faults(folder: Path, pattern: str) -> list[str]:
    """What is wrong with a folder's catalog, a sentence each."""
    catalog = folder / "locale" / LANGUAGE / "LC_MESSAGES"
    entries = parse((catalog / "django.po").read_text(encoding="utf-8"))
    wanted = said(folder, pattern)
    listed = {msgid for msgid in entries if msgid}
    found = [f"not translated: {msgid!r}" for msgid in sorted(wanted) if not entries.get(msgid)]
    found += [f"said nowhere: {msgid!r}" for msgid in sorted(listed - wanted)]
    for msgid in sorted(listed & wanted):
        if placeholders(msgid) != placeholders(entries[msgid]):
            found.append(f"other placeholders than in English: {msgid!r}")
    if not is_compiled(catalog / "django.mo", entries):
        found.append("django.mo is older than django.po: run scripts/messages.py")
    return found


def is_compiled(path: Path, entries: Entries) -> bool:
    """Whether gettext reads out of a .mo file what the .po file says."""
    try:
        with path.open("rb") as file:
            read = gettext.GNUTranslations(file)
    except OSError:
        return False
    for msgid, msgstr in entries.items():
        one, _, many = msgid.partition(PLURAL)
        said_now = read.ngettext(one, many, 1) if many else read.gettext(one)
        if msgid and msgstr and said_now != msgstr.partition(PLURAL)[0]:
            return False
    return True


def placeholders(text: str) -> set[str]:
    """The named placeholders of a message, of either form."""
    return set(re.findall(r"%\(\w+\)[sd]|\{\w+\}", text))


def main(arguments: list[str]) -> int:
    """Compile, or check."""
    if "--check" in arguments:
        found = [f"{folder.name}: {fault}" for folder, pattern in CATALOGS.items() for fault in faults(folder, pattern)]
        print("\n".join(found) or "The catalogs are complete.")
        return os.EX_DATAERR if found else os.EX_OK
    for folder in CATALOGS:
        catalog = folder / "locale" / LANGUAGE / "LC_MESSAGES"
        (catalog / "django.mo").write_bytes(compile_entries(parse((catalog / "django.po").read_text(encoding="utf-8"))))
    return os.EX_OK


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
