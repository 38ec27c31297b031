"""What may be kept of a text from outside: nothing of the erasure list, and personal data only where an operator may."""

from __future__ import annotations

import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from catalog.cleaning.erased import Erased
from catalog.cleaning.erased_bodies import body_without
from catalog.cleaning.privacy import drop_personal_data, scrub, without_people
from catalog.record.node import Record
from catalog.store.database import StoreError
from catalog.store.sink import Found, Reject

_HEADING = "# Values to be erased, as hashes with a key. Belongs to the database beside it; back up both.\n"
_NUMBER = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""A UUID, which most portals identify their records by: it says nothing of anybody, and need not be looked at."""
_UNTOLD = frozenset({"set-cookie", "set-cookie2", "authorization", "www-authenticate", "x-request-id"})
"""Headers of answers that are nobody's business."""


def list_path(database: Path) -> Path:
    """Where the erasure list of a database lies."""
    return database.with_name(f"{database.name}.erased")


def read_list(database: Path) -> Erased:
    """The erasure list of a database; an empty one with a fresh key where there is none. Raises StoreError."""
    path = list_path(database)
    try:
        text = path.read_text(encoding="ascii")
    except FileNotFoundError:
        return Erased(secrets.token_bytes(32))
    except (OSError, UnicodeError) as error:
        raise StoreError(f"The erasure list {path} cannot be read: {error}.") from error
    rows = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    try:
        (_, key), *entries = rows
        return Erased(bytes.fromhex(key), frozenset((int(words), value) for words, value in entries))
    except ValueError as error:
        raise StoreError(f"The erasure list {path} is damaged: {error}.") from error


def write_list(database: Path, erased: Erased) -> None:
    """Keep the erasure list, whole or not at all; only its owner may read it. Raises OSError."""
    path = list_path(database)
    lines = [f"key {erased.key.hex()}", *(f"{words} {value}" for words, value in sorted(erased.hashes))]
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")  # 0600 from the start
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(_HEADING + "\n".join(lines) + "\n")
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(path)


@dataclass(frozen=True, slots=True)
class Discretion:
    """The rule and the list, for everything that a store writes. `keep`: the operator keeps personal data; the list
    holds all the same."""

    erased: Erased
    keep: bool = False

    def text(self, text: str) -> str:
        """A note, a proof, an address, a header."""
        return self.erased.text(text if self.keep else without_people(text))

    def identifier(self, identifier: str) -> str:
        """An identifier; one that names somebody stands as its hash."""
        if not self.erased and _NUMBER.fullmatch(identifier) is not None:
            return identifier
        if not identifier or self.text(identifier) == identifier:
            return identifier
        return blake2b(
            identifier.encode("utf-8", "replace"), digest_size=16, key=self.erased.key[:16]
        ).hexdigest()

    def found(self, found: Found) -> Found:
        """A record that goes into the tables, changed in place."""
        found.identifier = self.identifier(found.identifier)
        if found.record is not None and self.erased:
            found.findings["personal-data-dropped"] += self.erased.record(found.record)
        return found

    def record(self, record: Record) -> int:
        """A record that is stored already, changed in place; how many values were dropped or changed."""
        return (0 if self.keep else drop_personal_data(record)) + self.erased.record(record)

    def reject(self, reject: Reject) -> Reject:
        """An item that could not be read."""
        return Reject(self.identifier(reject.identifier), self.raw(reject.raw), self.text(reject.error))

    def raw(self, raw: bytes) -> bytes:
        """Bytes of unknown shape, small enough to be looked through."""
        clean = raw if self.keep else scrub(raw)
        return self.erased.text(clean.decode("utf-8", "replace")).encode() if self.erased else clean

    def body(self, body: bytes) -> bytes:
        """A body for the archive, which holds answers as they came for as long as its retention says, but for the list."""
        return body_without(body, self.erased) if self.erased else body

    def size(self, body: bytes) -> int:
        """Bytes of a body as it lies in the archive."""
        return len(self.body(body))

    def headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Headers of an answer, as far as they are kept."""
        return {name: self.text(value) for name, value in headers.items() if name not in _UNTOLD}
