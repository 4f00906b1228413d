"""Everything that is said is said in Korean too, and the compiled catalogs are those of the sources."""

from __future__ import annotations

import gettext
import io
from pathlib import Path

import pytest

from scripts import messages


@pytest.mark.parametrize(("folder", "pattern"), messages.CATALOGS.items(), ids=lambda value: getattr(value, "name", ""))
def test_the_korean_catalog_is_complete_and_compiled(folder: Path, pattern: str) -> None:
    assert messages.said(folder, pattern), "nothing was found to be translated"
    assert messages.faults(folder, pattern) == []


def test_a_compiled_catalog_is_what_gettext_reads() -> None:
    text = """
# a comment
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

msgid "one \\"quoted\\" word"
msgstr ""
"두 줄로 "
"나눈 말"

msgid "%(n)s node"
msgid_plural "%(n)s nodes"
msgstr[0] "노드 %(n)s개"
"""
    found = gettext.GNUTranslations(io.BytesIO(messages.compile_entries(messages.parse(text))))
    assert found.gettext('one "quoted" word') == "두 줄로 나눈 말"
    assert found.ngettext("%(n)s node", "%(n)s nodes", 3) == "노드 %(n)s개"
    assert found.gettext("unknown") == "unknown"


@pytest.mark.parametrize(
    ("po", "fault"),
    [
        ("", "not translated: 'Hello {name}'"),
        ('msgid "Hello {name}"\nmsgstr ""\n', "not translated: 'Hello {name}'"),
        ('msgid "Hello {name}"\nmsgstr "안녕"\n', "other placeholders than in English: 'Hello {name}'"),
        ('msgid "Hello {name}"\nmsgstr "{name} 안녕"\n\nmsgid "Bye"\nmsgstr "잘 가"\n', "said nowhere: 'Bye'"),
        ('msgid "Hello {name}"\nmsgstr "{name} 안녕"\n', "django.mo is older than django.po: run scripts/messages.py"),
    ],
)
def test_what_a_catalog_lacks_is_found(tmp_path: Path, po: str, fault: str) -> None:
    catalog = tmp_path / "locale" / "ko" / "LC_MESSAGES"
    catalog.mkdir(parents=True)
    (catalog / "django.po").write_text(po, encoding="utf-8")
    (catalog / "django.mo").write_bytes(messages.compile_entries({}))
    (tmp_path / "page.py").write_text('print(_("Hello {name}"))', encoding="utf-8")
    assert fault in messages.faults(tmp_path, "*.py")


def test_templates_are_read_with_plurals_and_both_quotes() -> None:
    source = """{% translate "one" %}{% translate 'two "2"' %}
    {% blocktranslate count n=m %}{{ n }} node{% plural %}{{ n }} nodes{% endblocktranslate %}
    {% blocktranslate trimmed %}
      three
      four
    {% endblocktranslate %}"""
    assert set(messages.said_by_template(source)) == {"one", 'two "2"', "%(n)s node\x00%(n)s nodes", "three four"}
