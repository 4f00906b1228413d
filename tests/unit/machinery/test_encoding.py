"""What is kept takes as much memory as it is long."""

from __future__ import annotations

import tracemalloc

import orjson

from cluster.machinery.encoding import kept_json

TEXT = {"b": "x" * 1000, "a": 1}


def test_kept_json_is_the_usual_json() -> None:
    assert (kept_json(TEXT), kept_json(TEXT, orjson.OPT_SORT_KEYS)) == (orjson.dumps(TEXT), orjson.dumps(TEXT, option=orjson.OPT_SORT_KEYS))


def test_kept_json_takes_the_room_of_its_characters() -> None:
    tracemalloc.start()
    try:
        kept = kept_json(TEXT)
        room, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert room < 2 * len(kept)
