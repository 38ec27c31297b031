"""CSW as requests: where its operations lie, GetRecords by GET and by POST in versions 2.0.2 and 3.0, the way through
the pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit
from xml.sax.saxutils import escape, quoteattr

from crawler.sources.protocol import Call

VERSIONS = ("2.0.2", "3.0.0")
GMD = "http://www.isotc211.org/2005/gmd"
MDB = "http://standards.iso.org/iso/19115/-3/mdb/2.0"
MDB_1 = "http://standards.iso.org/iso/19115/-3/mdb/1.0"
DCAT = "http://www.w3.org/ns/dcat#"
GEODCAT = "http://data.europa.eu/930/"
_RECORD = {"2.0.2": "http://www.opengis.net/cat/csw/2.0.2", "3.0.0": "http://www.opengis.net/cat/csw/3.0"}
SCHEMAS = {
    "iso19139": (GMD,),
    "iso19115_3": (MDB, MDB_1),
    "dcat": (DCAT, GEODCAT),
    "dublin_core": tuple(_RECORD.values()),
}
"""Names of output schemas (setting `schema`) and their addresses, in the order in which they are asked for: ISO 19139 is
what catalogues hold, the others are mostly derived from it."""
_TYPES = {GMD: "gmd:MD_Metadata", MDB: "mdb:MD_Metadata", MDB_1: "mdb:MD_Metadata"}
_SORTS = {GMD: "apiso:Identifier", MDB: "apiso:Identifier", MDB_1: "apiso:Identifier"}
_OWN = frozenset({"service", "version", "request", "acceptversions", "outputschema", "elementsetname"})
_NAMES = {
    "gmd": GMD,
    "apiso": "http://www.opengis.net/cat/csw/apiso/1.0",
    "dc": "http://purl.org/dc/elements/1.1/",
}


def endpoint(url: str) -> str:
    """An address without the parameters of a CSW request; others (`map=`, `config=`) belong to it."""
    parts = urlsplit(url)
    kept = [(name, value) for name, value in parse_qsl(parts.query, True) if name.lower() not in _OWN]
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(kept), ""))


def with_parameters(url: str, parameters: Mapping[str, Any]) -> str:
    """An address with further parameters."""
    query = urlencode(parameters, quote_via=quote, safe=":/#()")
    return f"{url}{'&' if '?' in url else '?'}{query.replace('#', '%23')}"


def version_in(url: str) -> str:
    """The version that an address names; empty where it names none that we speak."""
    named = {name.lower(): value for name, value in parse_qsl(urlsplit(url).query)}
    return next((known for known in VERSIONS if named.get("version", "").startswith(known[:3])), "")


def capabilities_url(url: str, version: str = "") -> str:
    """GetCapabilities at an endpoint; without a version the server answers in the highest that it speaks."""
    stated = {"version": version, "acceptVersions": version} if version else {}
    return with_parameters(endpoint(url), {"service": "CSW", "request": "GetCapabilities", **stated})


def record_url(url: str, version: str, schema: str, identifier: str) -> str:
    """GetRecordById: the address under which a catalogue keeps one record."""
    asked = {"service": "CSW", "version": version, "request": "GetRecordById", "elementSetName": "full"}
    return (
        with_parameters(endpoint(url), {**asked, "outputSchema": schema})
        + f"&id={quote(identifier, safe='')}"
    )


@dataclass(frozen=True, slots=True)
class Query:
    """One GetRecords request and the way to go from it.

    A query that is no `window` is the head of the listing: what comes after it follows from its answer. A window asks
    for a stretch that a page left out or could not deliver; then come the stretches `pending` (start and rows), then the
    head goes on at `resume` (0: nowhere). A `gap` is a window over which the server's `nextRecord` jumped; `trusted` says
    that such gaps hold nothing here. `home` is where the catalogue takes GET, `spare` another method and address to try,
    `seen` and `last` tell the last page, and the last page of the head, from others.
    """

    url: str
    version: str
    method: str = "GET"
    home: str = ""
    spare: str = ""
    schema: str = GMD
    filter: str = ""
    sorted: bool = True
    start: int = 1
    rows: int = 100
    size: int = 100
    window: bool = False
    pending: tuple[tuple[int, int], ...] = ()
    resume: int = 0
    matched: int | None = None
    seen: str = ""
    last: str = ""
    gap: bool = False
    trusted: bool = False
    empty: bool = False
    bad: int = 0
    blind: int = 0

    @classmethod
    def of(cls, call: Call) -> Query:
        """The query that a call carries."""
        state = dict(call.state)
        state["pending"] = tuple((start, rows) for start, rows in state.get("pending", ()))
        return cls(**state)

    def call(self) -> Call:
        """The query as a request."""
        state = asdict(self)
        state["pending"] = [list(stretch) for stretch in self.pending]
        if self.method == "POST":
            headers = (("Content-Type", "application/xml"),)
            return Call(self.url, "records", "POST", headers, _body(self).encode(), state)
        return Call(with_parameters(self.url, _parameters(self)), "records", state=state)

    def past(self) -> Query | None:
        """The query that comes after this one has been settled, whatever it brought; None at the end."""
        if not self.window:
            return self._head(self.start + self.rows)
        pending = [stretch for stretch in self.pending if self.exists(stretch[0])]
        if pending:
            (start, rows), rest = pending[0], tuple(pending[1:])
            return replace(self, start=start, rows=rows, pending=rest)
        return self._head(self.resume) if self.resume else None

    def _head(self, start: int) -> Query | None:
        if not self.exists(start):
            return None
        return replace(self, start=start, rows=self.size, window=False, gap=False, pending=(), resume=0)

    def exists(self, start: int) -> bool:
        """Whether there can be a record at this position."""
        return self.matched is None or start <= self.matched

    def stretch(self, start: int, rows: int, resume: int = 0) -> Query:
        """A window before what is pending; a window that grows out of the head ends where the head goes on."""
        resume = self.resume if self.window else resume or self.start + self.rows
        return replace(self, start=start, rows=rows, window=True, resume=resume)


def _type_and_sort(query: Query) -> tuple[str, str]:
    return _TYPES.get(query.schema, "csw:Record"), _SORTS.get(query.schema, "dc:identifier")


def _parameters(query: Query) -> dict[str, Any]:
    type_, sort = _type_and_sort(query)
    asked: dict[str, Any] = {"service": "CSW", "version": query.version, "request": "GetRecords"}
    asked |= {"typeNames": type_, "elementSetName": "full"}
    asked |= {} if query.version.startswith("3") else {"resultType": "results"}
    asked |= {"outputSchema": query.schema, "outputFormat": "application/xml"}
    asked |= {"startPosition": query.start, "maxRecords": query.rows}
    if query.sorted:
        asked["sortBy"] = f"{sort}:A"
    if query.filter:
        asked |= {"constraintLanguage": "CQL_TEXT", "constraint_language_version": "1.1.0"}
        asked["constraint"] = query.filter
    return asked


def _body(query: Query) -> str:
    """GetRecords as XML: OGC 07-006r1 (2.0.2) and OGC 12-176r7 (3.0)."""
    new = query.version.startswith("3")
    type_, sort = _type_and_sort(query)
    filters, prefix = (
        ("http://www.opengis.net/fes/2.0", "fes") if new else ("http://www.opengis.net/ogc", "ogc")
    )
    names = {"csw": _RECORD[query.version], prefix: filters, **_NAMES}
    if query.schema in (MDB, MDB_1):
        names["mdb"] = query.schema
    spaces = " ".join(f"xmlns:{name}={quoteattr(space)}" for name, space in names.items())
    kind = "" if new else ' resultType="results"'
    constraint = (
        f'<csw:Constraint version="1.1.0"><csw:CqlText>{escape(query.filter)}</csw:CqlText></csw:Constraint>'
        if query.filter
        else ""
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><csw:GetRecords {spaces} service="CSW" version="{query.version}"'
        f'{kind} outputFormat="application/xml" outputSchema={quoteattr(query.schema)}'
        f' startPosition="{query.start}" maxRecords="{query.rows}"><csw:Query typeNames="{type_}">'
        f"<csw:ElementSetName>full</csw:ElementSetName>{constraint}"
        f"{_sorting(prefix, sort, new) if query.sorted else ''}</csw:Query></csw:GetRecords>"
    )


def _sorting(prefix: str, sort: str, new: bool) -> str:
    name = "ValueReference" if new else "PropertyName"
    inner = f"<{prefix}:{name}>{sort}</{prefix}:{name}><{prefix}:SortOrder>ASC</{prefix}:SortOrder>"
    return f"<{prefix}:SortBy><{prefix}:SortProperty>{inner}</{prefix}:SortProperty></{prefix}:SortBy>"
