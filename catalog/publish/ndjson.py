"""The catalogue as lines of JSON whose order and keys depend on nothing but the records: made to be kept in git.

Two dumps of the same records are the same bytes, whichever database they come from; where one record changes, one line does.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from catalog.publish.selection import Scope, listed

_PORTALS = "select id from portal where (:kind != 'portal' or id = :value) order by key"
_RECORDS = """
select dataset.identifier, dataset.key, portal.key, version.record from dataset
join version on version.id = dataset.version join portal on portal.id = dataset.portal
where dataset.portal = :portal and {where} order by dataset.identifier
"""


def records(connection: sqlite3.Connection, scope: Scope, given: Mapping[str, Any]) -> Iterator[bytes]:
    """A line for each dataset of the scope, by key of the portal and identifier: `identifier`, `key`, `portal`, `record`
    (canonical JSON). Every portal's own record, also where others have the same dataset; one portal is read at a time."""
    sql = _RECORDS.format(where=listed(scope))
    for (portal,) in connection.execute(_PORTALS, given).fetchall():
        for identifier, key, name, record in connection.execute(sql, {**given, "portal": portal}):
            line = {"identifier": identifier, "key": key, "portal": name, "record": orjson.loads(record)}
            yield orjson.dumps(line, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)
