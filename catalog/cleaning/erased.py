"""Values that someone asked to be erased, known by their keyed hashes alone, and how they are taken out of what comes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import blake2b
from itertools import pairwise
from typing import Any, Final
from urllib.parse import unquote

from catalog.record.node import Node, Record, Values, all_values
from catalog.record.terms import IRI, BNode, Literal
from catalog.vocabulary import fold

_TOKEN: Final = re.compile(r"[^\s,;:()<>\[\]{}\"'/|?&=]+")
_NUMBER: Final = re.compile(r"[+(]{0,2}\d[\d \t\u00a0()/.–-]{4,25}\d")
_FEWEST_DIGITS: Final = 6
_MOST_TOKENS: Final = 12


class TooShort(ValueError):
    """A value of which too little is left to be looked for; the message is one sentence."""


def _tokens(text: str) -> list[tuple[int, int, str]]:
    """Begin, end and folded form of each word; full stops at its end do not count."""
    found = []
    for match in _TOKEN.finditer(text):
        word = match[0].rstrip(".!")
        if word:
            found.append((match.start(), match.start() + len(word), fold(word)))
    return found


def _digits(text: str) -> str:
    """A telephone number in one spelling: `+49 421 361` and `0049421361` as `0421361`."""
    digits = re.sub(r"\D", "", text.replace("(0)", ""))
    if text.lstrip(" (").startswith("+"):
        return "0" + digits[2:]
    return "0" + digits[4:] if digits.startswith("00") else digits


class Erased:
    """Which values are to be erased: hashes with a key, and of how many words their values are.

    `hashes`: (number of words, hash in hex); 0 words: a telephone number.
    """

    def __init__(self, key: bytes, hashes: frozenset[tuple[int, str]] = frozenset()) -> None:
        self.key, self.hashes = key, hashes
        self._lengths = sorted({words for words, _ in hashes if words}, reverse=True)
        self._numbers = any(not words for words, _ in hashes)

    def __bool__(self) -> bool:
        return bool(self.hashes)

    def entry(self, value: str) -> tuple[int, str]:
        """How a value stands in the list. Raises TooShort."""
        text = value.strip().removeprefix("mailto:").removeprefix("tel:")
        if not any(map(str.isalpha, text)):
            digits = _digits(text)
            if len(digits) < _FEWEST_DIGITS:
                raise TooShort(f"{value!r} has fewer than {_FEWEST_DIGITS} digits.")
            return 0, self._hash(digits)
        words = [word for _, _, word in _tokens(text)]
        if not words or len(words) > _MOST_TOKENS or sum(map(len, words)) < 4:
            raise TooShort(f"{value!r} is too short or too long; a whole name, mailbox or number is needed.")
        return len(words), self._hash(" ".join(words))

    def with_value(self, value: str) -> Erased:
        """The list with one value more. Raises TooShort."""
        return Erased(self.key, self.hashes | {self.entry(value)})

    def _hash(self, text: str) -> str:
        return blake2b(text.encode("utf-8", "replace"), digest_size=16, key=self.key).hexdigest()

    def text(self, text: str) -> str:
        """A text without the values of the list."""
        if not self.hashes:
            return text
        spans = sorted([*self._words(text), *self._phones(text)], reverse=True)
        for begin, end in spans:
            text = text[:begin] + text[end:]
        return text

    def _words(self, text: str) -> Iterator[tuple[int, int]]:
        tokens = _tokens(text)
        at = 0
        while at < len(tokens):
            count = next(
                (count for count in self._lengths if self._stands(tokens[at : at + count], count)), 0
            )
            if count:
                yield tokens[at][0], tokens[at + count - 1][1]
            at += count or 1

    def _stands(self, window: list[tuple[int, int, str]], count: int) -> bool:
        if len(window) < count or any(second[0] - first[1] > 3 for first, second in pairwise(window)):
            return False
        return (count, self._hash(" ".join(word for _, _, word in window))) in self.hashes

    def _phones(self, text: str) -> Iterator[tuple[int, int]]:
        for found in _NUMBER.finditer(text) if self._numbers else ():
            if (0, self._hash(_digits(found[0]))) in self.hashes:
                yield found.span()

    def has(self, text: str) -> bool:
        """Whether a value of the list stands in a text, also in an address with percent signs."""
        return bool(self.hashes) and (self.text(text) != text or ("%" in text and self.has(unquote(text))))

    def record(self, record: Record) -> int:
        """Take the values of the list out of a record, in place; how many values were dropped or changed."""
        if not self.hashes:
            return 0
        stack: list[Node] = [record.root, *record.others]
        dropped = 0
        while stack:
            node = stack.pop()
            if type(node.id) is IRI and self.has(node.id):
                node.id = None
                dropped += 1
            for values in (*all_values(node), *node.rest.values()):
                stack += [value for value in values if isinstance(value, Node)]
                dropped += self._values(values)
        return dropped

    def _values(self, values: Values) -> int:
        kept = [left for value in values if (left := self._left(value)) is not None]
        dropped = sum(left is not value for left, value in zip(kept, values, strict=False))
        dropped = dropped if len(kept) == len(values) else max(dropped, len(values) - len(kept))
        if dropped:
            values[:] = kept
        return dropped

    def _left(self, value: Any) -> Any:
        """What is left of a value: itself where nothing of the list is in it, None where nothing is left."""
        if isinstance(value, BNode | Node):
            return value
        text = value.text if isinstance(value, Literal) else value
        if not isinstance(text, str) or not self.has(text):
            return value
        left = "" if isinstance(value, IRI) else self.text(text)
        if not left.strip():
            return None
        return value._replace(text=left) if isinstance(value, Literal) else left
