"""Changes inputs at random: bytes, pieces of other inputs, and where they are JSON, their values."""

from __future__ import annotations

import random
from typing import Any

import orjson

ODD: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        -1,
        2**63,
        1e308,
        "",
        " ",
        "\x00",
        "\u202e",
        "a" * 3000,
        "javascript:alert(1)",
        "%zz",
    ),
    *(
        [],
        {},
        [[]],
        [None],
        {"": ""},
        "http://[",
        "http://a:b",
        "2024-99-99",
        "-0001-01-01",
        "9" * 30,
        "ß" * 70,
    ),
    *(
        "<b>",
        "&#x110000;",
        "mailto:a@b",
        "POINT(",
        '{"type":"Point","coordinates":[null]}',
        "\ufeff",
        "\U0001f333",
    ),
)
PIECES = (
    *(
        b"\x00",
        b"\xff\xfe",
        b"<",
        b">",
        b"&",
        b'"',
        b"\\",
        b"]]>",
        b"<!--",
        b"<!DOCTYPE a [",
        b"{" * 40,
        b"[" * 40,
    ),
    *(
        b"\xc3",
        b"\xef\xbb\xbf",
        b"\xed\xa0\x80",
        b"\\ud800",
        b"<a>" * 30,
        b"@prefix : <x> .",
        b"9" * 40,
        b"-" * 40,
    ),
)


def mutated(data: bytes, chance: random.Random, others: list[bytes]) -> bytes:
    """Another input made of one, sometimes with a piece of another."""
    if chance.random() < 0.5:
        try:
            value = orjson.loads(data[1:])
        except orjson.JSONDecodeError:
            pass
        else:
            for _ in range(chance.randint(1, 4)):
                value = _other(value, chance)
            return bytes([chance.randrange(256) if chance.random() < 0.3 else data[0]]) + orjson.dumps(
                value, option=orjson.OPT_NON_STR_KEYS
            )
    found = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        _change(found, chance, others)
    return bytes(found[:20_000])


def _other(value: Any, chance: random.Random) -> Any:
    """The value with one change somewhere."""
    if isinstance(value, dict) and value and chance.random() < 0.85:
        key = chance.choice(list(value))
        changed = {**value, key: _other(value[key], chance)}
        if chance.random() < 0.1:
            changed.pop(key)
        return changed
    if isinstance(value, list) and value and chance.random() < 0.85:
        at = chance.randrange(len(value))
        again = value[at : at + 1] * chance.choice((0, 1, 1, 1, 2))
        return [*value[:at], *(_other(item, chance) for item in again), *value[at + 1 :]]
    wrapped = ([value], {"value": value}, chance.choice(ODD), chance.choice(ODD), str(value)[::-1])
    return chance.choice(wrapped)


def _change(found: bytearray, chance: random.Random, others: list[bytes]) -> None:
    at = chance.randrange(len(found) + 1)
    way = chance.randrange(6)
    if way == 0:
        found[at : at + 1] = bytes([chance.randrange(256)])
    elif way == 1:
        del found[at : at + chance.choice((1, 2, 5, 50, 500))]
    elif way == 2:
        found[at:at] = chance.choice(PIECES)
    elif way == 3:
        found[at:at] = found[at : at + chance.choice((3, 30, 300))]
    elif way == 4:
        other = chance.choice(others)
        begin = chance.randrange(len(other) + 1)
        found[at:at] = other[begin : begin + 200]
    else:
        del found[at:]
