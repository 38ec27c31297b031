"""Words near those that were asked for: of which they are a part, and which may have been meant."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Sequence
from difflib import get_close_matches

from catalog.vocabulary.folding import fold

MOST = 12
"""Compounds that are searched for each word."""
SHORTEST = 4
"""Letters that a word must have to be looked for as a part."""
_LIKELY = 0.72
"""Likeness (of difflib) from which a word may have been meant."""
_CANDIDATES = 40
_WORD = re.compile(r"\w+")

_HOLDING = """
select word from word where id in (select rowid from word_fts where word_fts match :parts)
and instr(word, :token) > :beyond order by datasets desc, id limit :most
"""
_TITLE = """
select title from dataset where id = (select rowid from dataset_fts where dataset_fts match :match limit 1)
"""


def compounds(conn: sqlite3.Connection, tokens: Sequence[str], common: int) -> list[list[str] | None]:
    """Of each word those of the index that hold it, the most frequent first; None of a word that so many datasets have.
    What begins with the last word, which is searched as a beginning, is left out."""
    last = len(tokens) - 1
    return [
        None if _datasets(conn, token) >= common else _holding(conn, token, beyond=place == last)
        for place, token in enumerate(tokens)
    ]


def _datasets(conn: sqlite3.Connection, token: str) -> int:
    row = conn.execute("select datasets from word where word = ?", (token,)).fetchone()
    return row[0] if row else 0


def _holding(conn: sqlite3.Connection, token: str, *, beyond: bool) -> list[str]:
    if len(token) < SHORTEST:
        return []
    values = {
        "parts": " AND ".join(_trigrams(token)),
        "token": token,
        "beyond": int(beyond),
        "most": MOST + 1,
    }
    found = [word for (word,) in conn.execute(_HOLDING, values)]
    return [word for word in found if word != token][:MOST]


def _trigrams(token: str) -> list[str]:
    return list(dict.fromkeys(f'"{token[place : place + 3]}"' for place in range(len(token) - 2)))


def meant(conn: sqlite3.Connection, tokens: Sequence[str]) -> str:
    """The words, unknown ones replaced by the most alike of the index as titles spell it; empty where none is alike."""
    likely = [token if _known(conn, token) else _alike(conn, token) for token in tokens]
    if list(tokens) == likely or not all(likely):
        return ""
    return " ".join(spelled(conn, word) for word in likely)


def _known(conn: sqlite3.Connection, token: str) -> bool:
    sql = "select 1 from dataset_fts where dataset_fts match ? limit 1"
    return conn.execute(sql, (f'"{token}"',)).fetchone() is not None


def _alike(conn: sqlite3.Connection, token: str) -> str:
    shared: Counter[int] = Counter()
    for part in _trigrams(token):
        shared.update(
            number for (number,) in conn.execute("select rowid from word_fts where word_fts match ?", (part,))
        )
    numbers = [number for number, _ in shared.most_common(_CANDIDATES)]
    marks = ",".join("?" * len(numbers))
    words = [word for (word,) in conn.execute(f"select word from word where id in ({marks})", numbers)]
    return next(iter(get_close_matches(token, words, 1, _LIKELY)), "")


def spelled(conn: sqlite3.Connection, word: str) -> str:
    """A folded word as some title spells it."""
    row = conn.execute(_TITLE, {"match": f'{{title}} : "{word}"'}).fetchone()
    return next((found for found in _WORD.findall(row[0]) if fold(found) == word), word) if row else word
