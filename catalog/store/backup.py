"""Backups: one tar file with a sound copy of the database, the archive that it names and a list of contents; and back."""

from __future__ import annotations

import io
import os
import re
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from hashlib import file_digest, sha256
from pathlib import Path
from typing import IO

import orjson
from sqlite_utils import Database

from catalog.store.database import StoreError, open_for_reading, refuse_newer
from catalog.store.discretion import list_path

DATABASE, CONTENTS, ARCHIVE, BESIDE = "bestand.db", "contents.json", "archive/", "beside/"
NAME = "bestand-%Y%m%dT%H%M%SZ.tar"
_OURS = re.compile(r"bestand-\d{8}T\d{6}Z\.tar(\.gz)?")
_BODY = re.compile(r"archive/([0-9a-f]{2})/(\1[0-9a-f]{62}\.gz)")
_NEXT_TO = re.compile(r"beside/([\w.-]+)")


class NotSound(StoreError):
    """A backup or database whose content is not what it should be."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds. `at`: time in UTC; `name`: of the database's file; `bodies`: answers in the archive; `missing`: answers that the database names
    and the archive no longer has; `beside`: names of files that stand beside the database."""

    at: str
    name: str
    version: str
    sha256: str
    size: int
    runs: int
    datasets: int
    bodies: int
    missing: int = 0
    beside: list[str] = field(default_factory=list)


def back_up(
    path: Path,
    target: Path,
    at: datetime,
    version: str = "",
    beside: Sequence[Path] = (),
    archive: bool = True,
) -> Backup:
    """Write a backup of the database at `path`, also while a crawl writes to it; `target` appears whole or not at all.

    A name that ends with `.gz` is packed. `beside`: other files to keep, as far as they are there. Raises StoreError.
    """
    if target.exists():
        raise StoreError(f"There is a file {target} already.")
    with _folder(target) as folder:
        copy = folder / DATABASE
        _copy(path, copy)
        check_sound(copy)
        names = _bodies(copy) if archive else []
        there = [name for name in names if _body(path, name).is_file()]
        present = [file for file in beside if file.is_file()]
        runs, datasets = _counts(copy)
        made = Backup(
            at.strftime("%Y-%m-%dT%H:%M:%SZ"), path.name, version, _digest(copy), copy.stat().st_size, runs, datasets,
            len(there), len(names) - len(there), [file.name for file in present],
        )  # fmt: skip
        whole = folder / "whole"
        _pack(whole, "w:gz" if target.suffix == ".gz" else "w", copy, made, path, there, present)
        whole.replace(target)
    return made


def restore(source: Path, path: Path, at: datetime, replace: bool = False) -> Backup:
    """Bring a backup back as the database at `path`; the caller holds its lock. What stood there is kept beside it, its
    name ending with `.before-` and the time. Nothing is touched before the backup has proven sound.

    Raises StoreError where a database stands there and `replace` is false, NotSound for a backup that is none or damaged.
    """
    if path.exists() and not replace:
        raise StoreError(f"There is a database {path} already (--replace puts it aside and restores).")
    with _folder(path) as folder:
        made = _unpack(source, folder)
        _prove(folder / DATABASE, made)
        stamp = at.strftime("%Y%m%dT%H%M%SZ")
        _put_aside(path, stamp)
        _put_in_place(folder, path, made, stamp)
    return made


def rotate(folder: Path, keep: int) -> list[Path]:
    """Remove all but the newest `keep` backups that `bestand backup` named in a folder; which went."""
    ours = sorted(
        (file for file in folder.iterdir() if _OURS.fullmatch(file.name)), key=lambda file: file.name
    )
    gone = ours[: max(len(ours) - max(keep, 1), 0)]
    for file in gone:
        file.unlink()
    return gone


def check_sound(path: Path) -> None:
    """Raises NotSound where SQLite finds the file damaged or a row refers to one that is not there."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as conn:
            said = [row[0] for row in conn.execute("pragma integrity_check(3)")]
            lost = conn.execute("pragma foreign_key_check").fetchone()
    except sqlite3.Error as error:
        raise NotSound(f"The database {path} is damaged: {error}.") from error
    if said != ["ok"]:
        raise NotSound(f"The database {path} is damaged: {'; '.join(said)}.")
    if lost:
        raise NotSound(
            f"The database {path} is damaged: a row of {lost[0]} refers to {lost[2]}, which has no such row."
        )


@contextmanager
def _folder(near: Path) -> Iterator[Path]:
    """A folder on the same disk that is gone afterwards; SQLite's, tar's and the system's errors become StoreError."""
    try:
        near.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=near.parent, prefix=f".{near.name}.") as name:
            yield Path(name)
    except (OSError, sqlite3.Error, tarfile.TarError, EOFError) as error:
        raise NotSound(f"{near} cannot be written: {error}.") from error


def _copy(path: Path, copy: Path) -> None:
    db = open_for_reading(path)
    with closing(db.conn):
        db.conn.execute("vacuum into ?", (str(copy),))


def _counts(copy: Path) -> tuple[int, int]:
    with closing(sqlite3.connect(copy)) as conn:
        row = conn.execute("select (select count(*) from run), (select count(*) from dataset)").fetchone()
    return int(row[0]), int(row[1])


def _bodies(copy: Path) -> list[str]:
    with closing(sqlite3.connect(copy)) as conn:
        return [name for (name,) in conn.execute("select distinct sha256 from payload order by 1")]


def _body(path: Path, name: str) -> Path:
    return path.with_name(f"{path.name}.archive") / name[:2] / f"{name}.gz"


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def _pack(
    whole: Path,
    mode: str,
    copy: Path,
    made: Backup,
    path: Path,
    bodies: Sequence[str],
    beside: Sequence[Path],
) -> None:
    """The list of contents first, so that what a backup is can be seen without reading it all."""
    descriptor = os.open(whole, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        with tarfile.open(fileobj=stream, mode=mode) as tar:  # type: ignore[call-overload]
            listed = orjson.dumps(asdict(made), option=orjson.OPT_INDENT_2)
            head = tarfile.TarInfo(CONTENTS)
            head.size, head.mode = len(listed), 0o600
            tar.addfile(head, io.BytesIO(listed))
            tar.add(copy, DATABASE, filter=_nobodys)
            for file in beside:
                tar.add(file, f"{BESIDE}{file.name}", filter=_nobodys)
            for name in bodies:
                with suppress(FileNotFoundError):  # pruned meanwhile
                    tar.add(_body(path, name), f"{ARCHIVE}{name[:2]}/{name}.gz", filter=_nobodys)
        stream.flush()
        os.fsync(stream.fileno())


def _nobodys(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Who made a backup is nobody's business."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


def _unpack(source: Path, folder: Path) -> Backup:
    """Take out the members that a backup has, and no other; nothing is ever written outside the folder."""
    made: Backup | None = None
    with tarfile.open(source, "r:*") as tar:
        for member in tar:
            place = _place(member.name)
            stream = tar.extractfile(member) if member.isfile() and place else None
            if stream is None:
                raise NotSound(f"{source} is no backup: it holds {member.name!r}.")
            with stream:
                if member.name == CONTENTS:
                    made = _contents(stream.read(1_000_000), source)
                else:
                    _write(folder / place, stream)
    if made is None or not (folder / DATABASE).is_file():
        raise NotSound(f"{source} is no backup: it holds no database.")
    return made


def _place(name: str) -> str:
    """Where a member goes below the folder; empty for what is no part of a backup."""
    return name if name in (DATABASE, CONTENTS) or _BODY.fullmatch(name) or _NEXT_TO.fullmatch(name) else ""


def _contents(listed: bytes, source: Path) -> Backup:
    try:
        return Backup(**orjson.loads(listed))
    except (ValueError, TypeError) as error:
        raise NotSound(f"{source} is no backup: its list of contents cannot be read.") from error


def _write(target: Path, stream: IO[bytes]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as out:
        shutil.copyfileobj(stream, out, 1 << 20)


def _prove(copy: Path, made: Backup) -> None:
    """Raises StoreError: another file than was backed up, damaged, or of a newer program."""
    if _digest(copy) != made.sha256:
        raise NotSound("The backup is damaged: its database is not the one that was backed up.")
    check_sound(copy)
    with closing(sqlite3.connect(copy)) as conn:
        refuse_newer(Database(conn), copy)
    for file in sorted((copy.parent / ARCHIVE).glob("*/*")):
        _prove_body(file)


def _prove_body(file: Path) -> None:
    import gzip
    import zlib

    digest = sha256()
    try:
        with gzip.open(file) as stream:
            while piece := stream.read(1 << 20):
                digest.update(piece)
    except (OSError, EOFError, zlib.error) as error:
        raise NotSound(f"The backup is damaged: the answer {file.name} cannot be unpacked.") from error
    if digest.hexdigest() != file.name.removesuffix(".gz"):
        raise NotSound(f"The backup is damaged: the answer {file.name} is another one.")


def _put_aside(path: Path, stamp: str) -> None:
    for suffix in ("", "-wal", "-shm", ".archive"):
        old = path.with_name(f"{path.name}{suffix}")
        if old.exists():
            old.rename(path.with_name(f"{path.name}.before-{stamp}{suffix}"))


def _renamed(name: str, old: str, new: str) -> str:
    """The name of a file beside a database, where that is called otherwise now."""
    for before, after in ((old, new), (Path(old).stem, Path(new).stem)):
        if name.startswith(before):
            return after + name[len(before) :]
    return name


def _put_in_place(folder: Path, path: Path, made: Backup, stamp: str) -> None:
    """The database last: as long as it is not there, the restoring is to be done again. An erasure list that stands there
    stays: it is newer than the backup, and what was erased is not to come back."""
    if (folder / ARCHIVE).is_dir():
        (folder / ARCHIVE).rename(path.with_name(f"{path.name}.archive"))
    for name in made.beside:
        kept = folder / BESIDE / name
        target = path.with_name(_renamed(name, made.name, path.name))
        if not (_NEXT_TO.fullmatch(f"{BESIDE}{name}") and kept.is_file()):
            continue
        if target.exists() and target != list_path(path):
            target.rename(target.with_name(f"{target.name}.before-{stamp}"))
        if not target.exists():
            kept.replace(target)
    (folder / DATABASE).replace(path)
