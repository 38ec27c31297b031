"""Which dataset uses which address in which role, brought up to date where records changed."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from functools import lru_cache
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import orjson
from sqlite_utils import Database

from catalog.store.store import Store

PIECE = 20_000
"""Datasets of one transaction."""
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+\-]{0,30}):")

_BEGIN = """
create temp table if not exists changed_dataset (id integer primary key);
create temp table if not exists freed_link (id integer primary key);
create temp table if not exists link_use (dataset integer, url text, role text, media_type text, size integer);
delete from temp.changed_dataset;
delete from temp.freed_link;
"""
_CHANGED = """
insert into temp.changed_dataset
select dataset.id from dataset left join linked on linked.dataset = dataset.id
where (gone_run is null and (linked.dataset is null or linked.version is not dataset.version
                             or linked.reader <> dataset.reader))
   or (gone_run is not null and linked.dataset is not null)
"""
_TYPE = "case when d.media_type <> '' then d.media_type else d.format end"
_USES = f"""
insert into temp.link_use
select d.dataset, trim(access_url), case when dataset.class = 'DataService' then 'endpoint' else 'access' end,
       {_TYPE}, d.byte_size
from distribution d join dataset on dataset.id = d.dataset
where d.dataset in (select id from temp.changed_dataset order by id limit :count offset :start) and gone_run is null
  and trim(access_url) <> ''
union all
select d.dataset, trim(download_url), 'download', {_TYPE}, d.byte_size
from distribution d join dataset on dataset.id = d.dataset
where d.dataset in (select id from temp.changed_dataset order by id limit :count offset :start) and gone_run is null
  and trim(download_url) <> ''
"""
_SERVED = """
select dataset.id, version.record from dataset join version on version.id = dataset.version
where dataset.id in (select id from temp.changed_dataset order by id limit :count offset :start) and gone_run is null
  and instr(version.record, '"access_service":') and instr(version.record, '"endpoint_url":')
"""
_ENDPOINTS = "insert into temp.link_use (dataset, url, role, media_type) values (?, ?, 'endpoint', ?)"
_FREED = """
insert or ignore into temp.freed_link select link from dataset_link
where dataset in (select id from temp.changed_dataset order by id limit :count offset :start)
"""
_NEW_LINKS = """
insert into link (url, host, state, problem, next_check)
select url, link_host(url), case when link_scheme(url) = '' then 'not_checked' else 'not_http' end, link_scheme(url),
       case when link_scheme(url) = '' then :now end
from (select distinct url from temp.link_use) where url not in (select url from link)
"""
_NEW_USES = """
insert or ignore into dataset_link (dataset, link, role, media_type, size)
select u.dataset, link.id, u.role, u.media_type, u.size from temp.link_use u join link on link.url = u.url
"""
_USED_AGAIN = """
update link set next_check = :now where next_check is null and state <> 'not_http'
and url in (select url from temp.link_use)
"""
_UNUSED = """
update link set next_check = null where next_check is not null
and id in (select id from temp.freed_link) and not exists (select 1 from dataset_link where link = link.id)
"""
_DONE = """
insert or replace into linked (dataset, version, reader)
select id, version, reader from dataset
where id in (select id from temp.changed_dataset order by id limit :count offset :start) and gone_run is null
"""


@lru_cache(maxsize=4_096)
def host_of(url: str) -> str:
    """The host of an address in lower case, which is asked politely as one; on loopback, where every port is another
    server, with the port. Empty where there is none.

    >>> host_of("https://Daten.Musterstadt.example:8443/a.csv"), host_of("http://127.0.0.1:8080/")
    ('daten.musterstadt.example', '127.0.0.1:8080')
    """
    try:
        parts = urlsplit(url)
        name, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return ""
    return f"{name}:{port}" if port and _is_loopback(name) else name


def _is_loopback(name: str) -> bool:
    try:
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False


def scheme_beside_http(url: str) -> str:
    """The scheme of an address that is not http(s); `no-address` for what is no absolute address, and for one without
    a host; empty for http and https.

    >>> scheme_beside_http("ftp://daten.example/a.csv"), scheme_beside_http("daten/a.csv")
    ('ftp', 'no-address')
    """
    found = _SCHEME.match(url)
    scheme = found[1].lower() if found else ""
    if scheme in ("http", "https"):
        return "" if host_of(url) else "no-address"
    return scheme or "no-address"


def sync(store: Store) -> int:
    """Bring `link` and `dataset_link` up to date with the datasets that are not gone; how many datasets were looked at.

    Each piece is one transaction. A link that nothing uses any more keeps its history and is not checked.
    """
    conn, db = store.conn, store.db
    conn.create_function("link_host", 1, host_of, deterministic=True)
    conn.create_function("link_scheme", 1, scheme_beside_http, deterministic=True)
    with db.atomic():
        for statement in _BEGIN.strip().split(";\n"):
            conn.execute(statement)
        count = conn.execute(_CHANGED).rowcount
    for start in range(0, count, PIECE):
        _renew(db, conn, {"start": start, "count": PIECE, "now": store.now()})
    return count


def _renew(db: Database, conn: sqlite3.Connection, place: dict[str, object]) -> None:
    with db.atomic():
        conn.execute("delete from temp.link_use")
        conn.execute("delete from temp.freed_link")
        conn.execute(_USES, place)
        conn.executemany(_ENDPOINTS, list(_served(conn, place)))
        conn.execute(_FREED, place)
        for table in ("dataset_link", "linked"):
            part = "select id from temp.changed_dataset order by id limit :count offset :start"
            conn.execute(f"delete from {table} where dataset in ({part})", place)
        for statement in (_NEW_LINKS, _NEW_USES, _USED_AGAIN, _UNUSED, _DONE):
            conn.execute(statement, place)


def _served(conn: sqlite3.Connection, place: dict[str, object]) -> Iterator[tuple[int, str, str]]:
    for dataset, record in conn.execute(_SERVED, place):
        yield from ((dataset, *use) for use in endpoints(orjson.loads(record)))


def endpoints(record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Addresses of the data services behind a record's distributions (dcat:accessService, DCAT 3, 6.8.11) with the code of
    their type, empty where none is given. `record` is canonical JSON; services that are records of their own stand there.

    >>> service = {"endpoint_url": [{"@id": "https://geo.example/ows"}], "format": [{"@id": "https://eu.example/WMS_SRVC"}]}
    >>> list(endpoints({"distribution": [{"access_service": [service]}]}))
    [('https://geo.example/ows', 'WMS_SRVC')]
    """
    others = {other["@id"]: other for other in record.get("others", ()) if "@id" in other}
    for file in _nodes(record, "distribution", others):
        for service in _nodes(file, "access_service", others):
            kind = _type_of(service) or _type_of(file)
            yield from (
                (url, kind) for value in service.get("endpoint_url", ()) if (url := _text(value).strip())
            )


def _nodes(node: dict[str, Any], name: str, others: dict[str, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The described resources of a property, also those that stand beside the root."""
    found = (value for value in node.get(name, ()) if isinstance(value, dict))
    return (others.get(value["@id"], value) if value.keys() == {"@id"} else value for value in found)


def _type_of(node: dict[str, Any]) -> str:
    """The code of a service's type (`WMS_SRVC`); a distribution of files says nothing of the service."""
    codes = (_text(value).rstrip("/").rpartition("/")[2] for value in node.get("format", ()))
    return next((code for code in codes if code.endswith("_SRVC") or code == "SPARQLQ"), "")


def _text(value: Any) -> str:
    found = value.get("@id") or value.get("@value") or "" if isinstance(value, dict) else value
    return "" if found.startswith("_:") else str(found)
