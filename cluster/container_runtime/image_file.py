"""The files of the table of images: ``images.yaml``, and a teacher's that adds to it.

A file is read strictly, since who has written ``memroy`` would look for the reason in the cluster: unknown and doubled fields, amounts
that make no sense and answers that nobody can get are faults, each with its line and with what to write instead, all at once.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import yaml

from cluster.container_runtime.image_fields import FIELDS, FieldFault, unknown_field
from cluster.container_runtime.image_table import ANY, ImageRow, ImageTable
from cluster.container_runtime.images import parse
from cluster.machinery.image_names import fault_of
from cluster.machinery.meta import Obj
from cluster.machinery.yaml_limits import YamlLimit, load_documents
from cluster.machinery.yaml_lines import doubled_keys, line_of

SHIPPED = Path(__file__).with_name("images.yaml")
ROW_FIELDS = ("like", *FIELDS)
"""What a row may say."""


class ImageTableError(Exception):
    """A table that cannot be used; a line for each fault says where it is and what to do."""


@lru_cache(maxsize=8)
def image_table(extra: str = "") -> ImageTable:
    """Return the shipped table with a teacher's file on top of it. Raises ImageTableError."""
    rows = read_rows(SHIPPED.read_text(), SHIPPED.name, {})
    if extra:
        try:
            text = Path(extra).read_text()
        except (OSError, UnicodeDecodeError) as error:
            raise ImageTableError(f"{extra}: {error}: give PODIUM_IMAGES the path of a YAML file that can be read") from None
        rows |= read_rows(text, extra, rows)
    return ImageTable(rows)


def read_rows(text: str, where: str, known: Mapping[str, ImageRow]) -> dict[str, ImageRow]:
    """Return the rows of a file. ``where``: its name; ``known``: rows that ``like`` may name. Raises ImageTableError."""
    images, node = _images(text, where)
    faults = [(line, f"{key!r} is there already: keep one of the two") for line, key in doubled_keys(node)]
    rows: dict[str, ImageRow] = {}
    for given, row in images.items():
        name = row_name(given)
        reader = _Reader({**known, **rows})
        rows[name] = reader.row(given, {} if row is None else row)
        faults += [(line_of(node, f"images.{given}.{f.path}"), f"image {given}: {f.path or 'the row'}: {f.what}") for f in reader.faults]
    if faults:
        raise ImageTableError("\n".join(f"{where}, line {line}: {fault}" for line, fault in sorted(faults)))
    return rows


def row_name(name: str) -> str:
    """Return a name as the table has it: Docker's own images without ``library/``."""
    return re.sub(r"^(docker\.io/)?library/", lambda match: match[1] or "", name)


def _images(text: str, where: str) -> tuple[Mapping[str, object], yaml.Node]:
    """Return the images of a file and its tree. Raises ImageTableError."""
    try:
        documents = load_documents(text)
        nodes = [node for node in yaml.compose_all(text, Loader=yaml.CSafeLoader) if node is not None]
    except YamlLimit as error:
        raise ImageTableError(f"{where}, {error}: write the table more simply") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}" if mark is not None else ""
        raise ImageTableError(f"{where}{place}: {getattr(error, 'problem', None) or error}: correct the YAML") from None
    document = documents[0] if documents else None
    if not isinstance(document, dict) or set(document) != {"images"} or not isinstance(document["images"], dict):
        raise ImageTableError(f"{where}: expected one map 'images' from image names to rows: see docs/images.md")
    if len(documents) > 1:
        line = nodes[1].start_mark.line + 1
        raise ImageTableError(f"{where}, line {line}: there is a second document: write all images below one 'images:', without '---'")
    return document["images"], nodes[0]


class _Reader:
    """Reads one row; ``faults``: what is wrong with it, at most one for each of its fields."""

    def __init__(self, known: Mapping[str, ImageRow]) -> None:
        self._known = known
        self.faults: list[FieldFault] = []

    def row(self, name: str, obj: object) -> ImageRow:
        """Return a row, as far as it can be read."""
        if name != ANY and fault_of(name):
            why = fault_of(name).rpartition("invalid reference format")[2].removeprefix(": ") or "no pod can ask for it"
            self.faults.append(FieldFault("", f"is no name of an image ({why})", "write it as in 'image:' of a pod"))
        if not isinstance(obj, dict):
            self.faults.append(FieldFault("", "is no map", f"give it fields of {', '.join(ROW_FIELDS)}"))
            return ImageRow()
        base = ImageRow()
        changes: Obj = {}
        for key, value in obj.items():
            try:
                if key == "like":
                    base = self._like(value)
                elif key in FIELDS:
                    changes |= FIELDS[key](value, key)
                else:
                    raise unknown_field(key, key, ROW_FIELDS)
            except FieldFault as fault:
                self.faults.append(fault)
        own = parse(name)[1].rpartition("/")[2]
        programs = {*changes.get("programs", ()), *base.programs, *([own] if name != ANY else [])}
        row = replace(base, **(changes | {"programs": frozenset(programs)}))
        return row if row.command or row.is_shell or name == ANY else replace(row, command=(own,))

    def _like(self, value: object) -> ImageRow:
        name = row_name(value) if isinstance(value, str) else ""
        if name not in self._known:
            near = difflib.get_close_matches(name, self._known, 1)
            advice = f"write {near[0]!r}" if near else "name an image that has a row above"
            raise FieldFault("like", f"there is no image {value!r} before this one", advice)
        return self._known[name]
