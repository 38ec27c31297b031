"""Any number of portals on loopback, in a process of its own: 127.0.x.y is portal x*250+y. `python portals.py PORT`.

Three kinds, many small pages; the holdings change with the epoch; answers go wrong as they are told to.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import random
import sys
from typing import Any
from urllib.parse import parse_qs, urlsplit

KINDS = ("ckan", "dcat", "data_json")
PAGE = 8
FAULTS = (
    *(
        "error",
        "drop",
        "truncate",
        "html",
        "garbage",
        "charset",
        "nothing",
        "throttle",
        "slow",
        "bomb",
        "refuse",
    ),
    *("length", "nulls", "loop"),
)
STATE: dict[str, Any] = {"epoch": 1, "rate": 0.0, "seed": 0}
PREFIXES = (
    "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> ."
    " @prefix hydra: <http://www.w3.org/ns/hydra/core#> .\n"
)


def address(number: int) -> str:
    """The IP address of a portal."""
    return f"127.0.{1 + number // 250}.{1 + number % 250}"


def number_of(host: str) -> int:
    """The portal at an address."""
    _, _, high, low = map(int, host.partition(":")[0].split("."))
    return (high - 1) * 250 + low - 1


def holdings(number: int, epoch: int) -> list[tuple[str, str]]:
    """Identifier and title of each record: every seventh changes, every eleventh comes and goes, one more an epoch."""
    size = 24 + number % 17 + epoch
    return [
        (f"p{number}-{n}", f"Datensatz {n} des Portals {number}" + (f" Stand {epoch}" if n % 7 == 0 else ""))
        for n in range(size)
        if not (n % 11 == 3 and (epoch + n) % 2)
    ]


def file_url(host: str, name: str) -> str:
    return f"http://{host}/file/{name}.csv"


def ckan(host: str, rows: list[tuple[str, str]], query: dict[str, str]) -> bytes:
    start, count = int(query.get("start", 0)), min(int(query.get("rows", PAGE)), PAGE)
    results = [
        {"id": name, "name": name, "title": title, "notes": "Ein Text über Bäume.", "type": "dataset",
         "tags": [{"name": "Baum"}], "resources": [{"id": f"r{name}", "url": file_url(host, name), "format": "CSV"}]}
        for name, title in rows[start : start + count]
    ]  # fmt: skip
    return json.dumps({"success": True, "result": {"count": len(rows), "results": results}}).encode()


def dcat(host: str, rows: list[tuple[str, str]], query: dict[str, str]) -> bytes:
    page = int(query.get("page", 1))
    part = rows[(page - 1) * PAGE : page * PAGE]
    base = f"http://{host}"
    said = [
        f'<{base}/d/{name}> a dcat:Dataset ; dct:identifier "{name}" ; dct:title "{title}"@de ; dct:description "Text."@de ;'
        f" dcat:distribution [ a dcat:Distribution ; dcat:accessURL <{file_url(host, name)}> ] ."
        for name, title in part
    ]
    if page * PAGE < len(rows):
        said.append(
            f"<{base}/catalog?page={page}> a hydra:PagedCollection ; hydra:nextPage <{base}/catalog?page={page + 1}> ."
        )
    return (PREFIXES + f"<{base}/> a dcat:Catalog .\n" + "\n".join(said)).encode()


def data_json(host: str, rows: list[tuple[str, str]], _query: dict[str, str]) -> bytes:
    entries = [
        {"identifier": name, "title": title, "description": "Text.", "keyword": ["Baum"],
         "distribution": [{"downloadURL": file_url(host, name), "mediaType": "text/csv"}]}
        for name, title in rows
    ]  # fmt: skip
    return json.dumps(
        {"conformsTo": "https://project-open-data.cio.gov/v1.1/schema", "dataset": entries}
    ).encode()


def body_of(host: str, path: str, query: dict[str, str]) -> tuple[int, str, bytes]:
    """Status, media type and body of a sound answer."""
    number = number_of(host)
    kind, rows = KINDS[number % 3], holdings(number, STATE["epoch"])
    if path.startswith("/file/"):
        return 200, "text/csv", b"a;b\n1;2\n"
    if kind == "ckan" and path.endswith("/package_search"):
        return 200, "application/json", ckan(host, rows, query)
    if kind == "ckan" and path.endswith("/status_show"):
        return 200, "application/json", b'{"success": true, "result": {"ckan_version": "2.10.4"}}'
    if kind == "dcat" and path == "/catalog":
        return 200, "text/turtle", dcat(host, rows, query)
    if kind == "data_json" and path == "/data.json":
        return 200, "application/json", data_json(host, rows, query)
    return 404, "text/plain", b"nothing here"


def fault_of(host: str, target: str, asked: int) -> str:
    """What goes wrong with an answer; mostly nothing. The same questions meet the same faults."""
    chance = random.Random(f"{STATE['seed']} {STATE['epoch']} {host} {target} {asked}")
    return chance.choice(FAULTS) if chance.random() < STATE["rate"] else ""


def spoilt(fault: str, status: int, kind: str, body: bytes) -> tuple[int, str, bytes, dict[str, str]]:
    """An answer with a fault."""
    changed: dict[str, tuple[int, str, bytes, dict[str, str]]] = {
        "error": (500, kind, b"oops", {}),
        "html": (200, "text/html", b"<!DOCTYPE html><title>Wartung</title>", {}),
        "garbage": (200, kind, random.Random(len(body)).randbytes(3000), {}),
        "charset": (200, kind, body.decode().encode("latin-1", "replace"), {}),
        "nothing": (200, kind, b"", {}),
        "throttle": (429, kind, b"", {"Retry-After": "0"}),
        "refuse": (403, kind, b"no", {}),
        "bomb": (200, kind, gzip.compress(b" " * 3_000_000, 9), {"Content-Encoding": "gzip"}),
        "nulls": (
            200,
            kind,
            b'{"success": true, "result": {"count": 3, "results": [null, 7, "x"]}, "dataset": [null]}',
            {},
        ),
        "loop": (302, kind, b"", {"Location": "/loop"}),
        "length": (status, kind, body, {"Content-Length": str(max(0, len(body) - 7))}),
    }
    return changed.get(fault, (status, kind, body, {}))


async def serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    asked = 0
    try:
        while line := await reader.readline():
            target, host = line.split()[1].decode(), ""
            while (header := (await reader.readline()).strip()) != b"":
                if header.lower().startswith(b"host:"):
                    host = header[5:].strip().decode()
            asked += 1
            if not await answer(writer, host, target, asked):
                break
    except (ConnectionError, asyncio.IncompleteReadError, ValueError, IndexError):
        pass
    writer.close()


async def answer(writer: asyncio.StreamWriter, host: str, target: str, asked: int) -> bool:
    """Whether the connection stays."""
    parts = urlsplit(target)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    if parts.path == "/__set":
        STATE.update({name: type(STATE[name])(float(value)) for name, value in query.items()})
        status, kind, body, more = 200, "text/plain", b"ok", dict[str, str]()
        fault = ""
    else:
        fault = fault_of(host, target, asked)
        status, kind, body, more = spoilt(fault, *body_of(host, parts.path, query))
    if fault == "drop":
        return False
    if fault == "slow":
        await asyncio.sleep(0.3)
    headers = {"Content-Type": kind, "Content-Length": str(len(body)), **more}
    head = (
        f"HTTP/1.1 {status} X\r\n"
        + "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        + "\r\n"
    )
    if fault == "truncate":
        writer.write(head.encode() + body[: len(body) // 2])
        await writer.drain()
        return False
    writer.write(head.encode() + body)
    await writer.drain()
    return fault != "length"


async def main(port: int) -> None:
    server = await asyncio.start_server(serve_one, "0.0.0.0", port, limit=2**20)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
