"""Writing registers: municipalities, the bodies beside them, keys that are no longer valid, and whose a portal is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlite_utils import Database

from catalog.vocabulary.registers import Body, bodies_of, municipality_key, shipped_register, size_class

_KEPT: Final = ("lat", "lon", "homepage", "postcode", "district", "association", "area", "type")
"""Columns that a newer register which is silent about them leaves as they are."""
_COUNTED: Final = ("population", "population_date", "size_class")
"""Columns that change together, where a newer register counts the inhabitants."""
_MOVED: Final = ("portal", "portal_part", "dataset")
_SEARCHED: Final = ("discovery", "homepage", "offer")
_RENEWED: Final = (
    "stocktaking", "criterion", "action", "peer", "missing_model", "together", "leakage",
)  # fmt: skip
"""What hangs on a municipality: records and portals move to its successor, what was found by looking moves where the
successor has nothing of its own, figures of a municipality that is no more are computed no longer."""


class Former(NamedTuple):
    """A key that is no longer valid. `reason`: `merged`, `rekeyed` or `dissolved`; `since`: a date, where it is known."""

    key: str
    ags: str
    reason: str
    since: str = ""


class Registers:
    """The register of a database that is opened for writing."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._conn: sqlite3.Connection = db.conn

    @property
    def empty(self) -> bool:
        """Whether the database knows no municipality yet."""
        return self._conn.execute("select 1 from municipality limit 1").fetchone() is None

    def load_shipped(self, country: str = "de") -> int:
        """Take the register that ships with the program; returns how many units it has."""
        units = shipped_register(country)
        self.load([{**unit, "country": country.upper()} for unit in units])
        return len(units)

    def load(
        self,
        units: Sequence[Mapping[str, Any]],
        bodies: Iterable[Body] | None = None,
        former: Iterable[Former] = (),
    ) -> None:
        """Take units (the columns of table `municipality`; `ags` and `name` at least) and bodies into the database, move
        what belongs to keys that are no longer valid to their successors, and say again whose the portals are.

        `bodies`: None for those that follow from the units. What a unit is silent about stays as it is; units that are
        not named stay, unless they are in `former`.
        """
        found = bodies_of(units) if bodies is None else bodies
        with self._db.atomic():
            self._keep_units(units)
            self._conn.executemany("insert or replace into body values (?, ?, ?, ?, ?)", found)
            for item in former:
                self._replace(item)
            self._conn.execute(PORTALS_BY_BODY.format(where="body <> ''"))

    def _keep_units(self, units: Sequence[Mapping[str, Any]]) -> None:
        columns = [row[1] for row in self._conn.execute("pragma table_info(municipality)")]
        changes = ", ".join(f"{name} = {_new_value(name)}" for name in columns[1:])
        sql = (
            f"insert into municipality ({', '.join(columns)}) values ({', '.join(f':{name}' for name in columns)})"
            f" on conflict (ags) do update set {changes}"
        )
        self._conn.executemany(sql, [_row(unit, columns) for unit in units])

    def _replace(self, item: Former) -> None:
        """A key gives way to its successor; who was its successor before is now the new one's."""
        conn = self._conn
        conn.execute("update former_key set ags = ? where ags = ?", (item.ags, item.key))
        conn.execute("insert or replace into former_key values (?, ?, ?, ?)", item)
        inherit = ", ".join(f"{name} = coalesce({name}, (select {name} from municipality where ags = ?))"
                            for name in ("lat", "lon", "homepage", "postcode"))  # fmt: skip
        conn.execute(f"update municipality set {inherit} where ags = ?", (*[item.key] * 4, item.ags))
        for table in (*_MOVED, *_SEARCHED):
            conn.execute(f"update or ignore {table} set ags = ? where ags = ?", (item.ags, item.key))
        for table in (*_SEARCHED, *_RENEWED):
            conn.execute(f"delete from {table} where ags = ?", (item.key,))
        conn.execute("delete from peer where peer = ?", (item.key,))
        conn.execute("delete from together where other = ?", (item.key,))
        conn.execute("delete from municipality where ags = ?", (item.key,))


def _new_value(column: str) -> str:
    """What a column of a unit that is there becomes."""
    if column in _COUNTED:
        return f"iif(excluded.population is null, {column}, excluded.{column})"
    return f"coalesce(excluded.{column}, {column})" if column in _KEPT else f"excluded.{column}"


PORTALS_BY_BODY: Final = """
update portal set ags = coalesce(
    (select ags from municipality where ags = portal.body),
    (select ags from municipality where ags = (select ags from former_key where key = portal.body)),
    (select ags from municipality where ars = portal.body)
) where {where}
"""
"""A portal is a municipality's where its body's key is, was, or is the regional key of one."""


def _row(unit: Mapping[str, Any], columns: Sequence[str]) -> dict[str, Any]:
    """The values of all columns; nothing stands for what is empty. The size class follows from the population."""
    row = {name: unit.get(name) if unit.get(name) not in ("", None) else None for name in columns}
    row["unincorporated"] = int(is_unincorporated(unit))
    inhabitants = _number(row["population"])
    if row["size_class"] is None and inhabitants and not row["unincorporated"]:
        row["size_class"] = size_class(inhabitants)
    return row


def is_unincorporated(unit: Mapping[str, Any]) -> bool:
    """Whether a unit is an area outside all municipalities: it says so, or its type does."""
    said = str(unit.get("unincorporated") or "").strip().casefold()
    return said in ("1", "true", "yes", "ja") or "gemeindefrei" in str(unit.get("type") or "").casefold()


def _number(value: Any) -> int:
    try:
        return int(value or 0)
    except (TypeError, ValueError):
        return 0


def resolve(conn: sqlite3.Connection, key: str) -> str:
    """The key as it is valid today: a municipality's (8 digits, whatever form it is given in), another body's, or ``""``
    where nobody has it."""
    for form in dict.fromkeys((key, municipality_key(key))):
        for sql in ("select ags from municipality where ags = ?", "select ags from former_key where key = ?"):
            if (row := conn.execute(sql, (form,)).fetchone()) is not None:
                return str(row[0])
    row = conn.execute("select key from body where key = ?", (key,)).fetchone()
    return str(row[0]) if row else ""
