"""The archive: bodies of answers as gzip files named by their SHA-256, beside the database. Each is kept once."""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Collection
from hashlib import sha256
from pathlib import Path
from threading import get_ident


class PayloadFolder:
    """A folder of payload bodies. What lies there is whole: files appear by renaming."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def keep(self, body: bytes) -> str:
        """Keep a body, in any thread; returns its SHA-256 in hex. Raises OSError where the disk is full."""
        name = sha256(body).hexdigest()
        path = self._path(name)
        if not path.exists() or path.stat().st_size == 0:  # as a power failure may leave it
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_name(f"{name}.{os.getpid()}-{get_ident()}.part")
            partial.write_bytes(gzip.compress(body, compresslevel=1, mtime=0))
            partial.replace(path)
        return name

    def read(self, name: str) -> bytes | None:
        """The body, or None where it is no longer kept or was damaged."""
        try:
            packed = self._path(name).read_bytes()
            return gzip.decompress(packed) if packed else None
        except (OSError, EOFError, zlib.error):
            return None

    def remove_all_but(self, wanted: Collection[str]) -> int:
        """Remove every body that is not wanted; returns how many went."""
        gone = 0
        for path in self.root.glob("*/*"):
            if path.name.removesuffix(".gz") not in wanted:
                path.unlink(missing_ok=True)
                gone += 1
        return gone

    def _path(self, name: str) -> Path:
        return self.root / name[:2] / f"{name}.gz"
