"""The feeds of ArcGIS Hub → records: DCAT-AP in JSON-LD as Hub's template writes it (2.0.1, 2.1.1, 3.0.0), DCAT-US 1.1.

What the template gets wrong is put right before the RDF is read: relative addresses, licences in words in the place of
an address, placeholders that were never filled in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import Any

import orjson

from catalog.cleaning.iris import is_web_address
from catalog.cleaning.licences import read_licence
from catalog.cleaning.text import plain
from catalog.record.node import Record
from catalog.record.table import Dataset
from catalog.record.terms import IRI, PREFIXES, Literal
from crawler.formats.arcgis_files import sort_distributions
from crawler.formats.data_json import Context, read_catalogue, read_dataset
from crawler.formats.dcat import read_feed
from crawler.formats.json_payload import canonical
from crawler.formats.reading import Entry, Reading, UnreadablePayload
from crawler.formats.values import GEOJSON, WKT, Cleaner

ITEM = "https://www.arcgis.com/home/item.html?id="
"""The address of an item on ArcGIS Online: the identifier in all of Hub's feeds."""
_CONTEXT = {**PREFIXES, "dcterms": PREFIXES["dct"]}
_XSD_DATE = PREFIXES["xsd"] + "date"


def item_address(identifier: str) -> str:
    """`<item>_<layer>` → the address that Hub's feeds give: `…item.html?id=<item>&sublayer=<layer>`."""
    item, _, layer = identifier.partition("_")
    return ITEM + item + (f"&sublayer={layer}" if layer else "")


def is_dcat_ap(value: Any) -> bool:
    """Whether a JSON object is a feed of Hub's DCAT-AP template."""
    return isinstance(value, dict) and value.get("@type") == "dcat:Catalog" and "dcat:dataset" in value


def read_dcat_ap(value: Mapping[str, Any], url: str) -> tuple[list[Entry], Record | None]:
    """The datasets of a DCAT-AP feed found at `url`, and the record of the catalogue. Raises UnreadablePayload."""
    given = value.get("@context")
    context = {**(given if isinstance(given, dict) else {}), **_CONTEXT}
    items = value["dcat:dataset"] if isinstance(value["dcat:dataset"], list) else [value["dcat:dataset"]]
    entries = [
        Entry(_identifier(item), canonical(item), partial(_read_one, item, context, url))
        for item in items
        if item
    ]
    return entries, _catalogue(value, context, url)


def _identifier(item: Any) -> str:
    if not isinstance(item, dict):
        return ""
    stated = [_reference(item.get(key)) for key in ("dct:identifier", "dcterms:identifier", "@id")]
    found = next((text for text in stated if is_web_address(text)), "") or next(filter(None, stated), "")
    return found if is_web_address(found) or not found else item_address(found)


def _read_one(item: Any, context: Mapping[str, Any], url: str) -> Reading:
    """One dataset. Raises TypeError for what is no object, UnreadablePayload for what is no dataset."""
    if not isinstance(item, dict):
        raise TypeError(f"a dataset is an object, not {type(item).__name__}")
    clean = Cleaner(_site(url))
    node = {"@context": dict(context), **_dataset(item, clean)}
    feed = read_feed(orjson.dumps(node), "application/ld+json", url)
    if not feed.entries:
        raise UnreadablePayload("unexpected-shape", "The item of the feed is no dataset.")
    reading = feed.entries[0].read()
    if isinstance(reading.record.root, Dataset):
        sort_distributions(reading.record.root)
        if not reading.record.root.title:
            clean.faults["title-missing-in-source"] += 1
    reading.faults += clean.faults + feed.faults
    return reading


def _site(url: str) -> str:
    return "/".join(url.split("/", 3)[:3])


def _catalogue(value: Mapping[str, Any], context: Mapping[str, Any], url: str) -> Record | None:
    """What the feed says about itself; the finding that it says it badly is not a dataset's."""
    clean = Cleaner(_site(url))
    header = {key: said for key, said in value.items() if key not in ("dcat:dataset", "@context")}
    body = {"@context": dict(context), **_common(filled(header, clean.faults), clean)}
    try:
        return read_feed(orjson.dumps(body), "application/ld+json", url).catalogue
    except UnreadablePayload:
        return None


def filled(value: Any, faults: Counter[str]) -> Any:
    """The value without placeholders such as `{{extent:computeSpatialProperty}}` (`template-unrendered`), and without
    what holds nothing then."""
    if isinstance(value, str):
        if "{{" not in value or "}}" not in value:
            return value
        faults["template-unrendered"] += 1
        return None
    if isinstance(value, list):
        return [kept for item in value if (kept := filled(item, faults)) is not None]
    if isinstance(value, dict):
        return {key: kept for key, item in value.items() if (kept := filled(item, faults)) is not None}
    return value


def _reference(value: Any) -> str:
    """The text of a value: itself, its `@id` or its `@value`."""
    if isinstance(value, dict):
        value = value.get("@id") or value.get("@value")
    return value.strip() if isinstance(value, str) else ""


def _node(value: IRI | Literal | str) -> Any:
    """A value of a record as JSON-LD."""
    if isinstance(value, Literal):
        return {
            "@value": value.text,
            **({"@language": value.lang} if value.lang else {"@type": value.datatype}),
        }
    return {"@id": str(value)} if isinstance(value, IRI) else str(value)


def _common(node: dict[str, Any], clean: Cleaner) -> dict[str, Any]:
    """What the template writes alike in catalogue and dataset: prefixes, language, publisher, place."""
    found = {
        key.replace("dcterms:", "dct:", 1): value for key, value in node.items() if value not in ({}, [], "")
    }
    if language := _reference(found.pop("dct:language", None)):
        found["dct:language"] = _node(clean.language(language.removeprefix("lang:")))
    for key in ("dct:publisher", "dct:creator"):
        if isinstance(found.get(key), str):
            found[key] = {"@type": "foaf:Agent", "foaf:name": found[key]}
    if isinstance(page := found.get("foaf:homepage"), dict) and "@id" not in page:
        found["foaf:homepage"] = {"@id": _reference(page.get("foaf:Document"))}
    places = [found.pop(key) for key in ("dct:location", "dct:spatial") if key in found]
    if spatial := [place for value in places if (place := _place(value, clean)) is not None]:
        found["dct:spatial"] = spatial
    return found


def _place(value: Any, clean: Cleaner) -> Any:
    """A location from its geometry, wherever the template has put it; a name or an address stays one."""
    shape = value
    if isinstance(value, dict) and "@value" not in value:
        keys = ("dcat:bbox", "dct:bbox", "locn:geometry", "dcat:centroid")
        shape = next((value[key] for key in keys if key in value), None)
        if shape is None:
            return value if value.get("@id") else None
    text = _reference(shape)
    if not text or is_web_address(text):
        return {"@id": text} if text else None
    read = clean.location(text)
    if isinstance(read, str):
        return {"@type": "dct:Location", "skos:prefLabel": read}
    parts = {"dcat:bbox": read.bbox, "dcat:centroid": read.centroid, "locn:geometry": read.geometry}
    types = {WKT: WKT, GEOJSON: GEOJSON}
    return {
        "@type": "dct:Location",
        **{
            key: [{"@value": one.text, "@type": types[one.datatype]} for one in values]
            for key, values in parts.items()
            if values
        },
    }


def _dataset(item: dict[str, Any], clean: Cleaner) -> dict[str, Any]:
    """A dataset of the template as JSON-LD that says what was meant."""
    node = _common(filled(item, clean.faults), clean)
    own = _reference(node.get("@id"))
    node["@id"] = own if is_web_address(own) else _identifier(item)
    clean.faults["iri-relative"] += bool(own) and node["@id"] != own
    if not node["@id"]:
        clean.faults["identifier-missing"] += 1
        del node["@id"]
    if page := _reference(node.pop("dct:landingPage", None)):
        node.setdefault("dcat:landingPage", _node(clean.address(page)))
    if themes := _texts(node.pop("dcat:theme", None)):
        node["dcat:theme"] = [_node(uri) for text in themes for uri in clean.theme(text)]
    _mend_parts(node, clean)
    given = node.pop("dcat:distribution", [])
    parts = given if isinstance(given, list) else [given]
    node["dcat:distribution"] = [_distribution(part, clean) for part in parts if isinstance(part, dict)]
    return {key: value for key, value in node.items() if value not in ({}, [], "", None)}


def _mend_parts(node: dict[str, Any], clean: Cleaner) -> None:
    """Access rights, period, contact, documentation and provenance, each often an empty shell."""
    if isinstance(rights := node.get("dct:accessRights"), str):
        code = f"http://publications.europa.eu/resource/authority/access-right/{rights.upper()}"
        node["dct:accessRights"] = {"@id": code} if rights.lower() in ("public", "restricted") else rights
    if "dct:temporal" in node:
        node["dct:temporal"] = _period(node["dct:temporal"])
    if isinstance(contact := node.get("dcat:contactPoint"), dict):
        node["dcat:contactPoint"] = _contact(contact, clean)
    if isinstance(page := node.get("foaf:page"), dict) and (
        document := _reference(page.get("foaf:Document"))
    ):
        node["foaf:page"] = {"@id": document, "@type": "foaf:Document", "dct:title": page.get("dct:title")}
    if isinstance(source := node.get("dct:provenance"), dict) and not source.get("rdfs:label"):
        label = source.get("@label")
        node["dct:provenance"] = {"@type": "dct:ProvenanceStatement", "rdfs:label": label} if label else None


def _period(value: Any) -> Any:
    """A period by its ends; None where the template left both out."""
    if not isinstance(value, dict):
        return value
    ends = {}
    for name in ("startDate", "endDate"):
        if text := _reference(value.get(f"dct:{name}")) or _reference(value.get(f"dcat:{name}")):
            ends[f"dcat:{name}"] = {
                "@value": text,
                "@type": _XSD_DATE if len(text) == 10 else _XSD_DATE + "Time",
            }
    return {"@type": "dct:PeriodOfTime", **ends} if ends else None


def _contact(contact: dict[str, Any], clean: Cleaner) -> dict[str, Any]:
    """A vcard: the organisation as name where there is none, the mailbox as address. The address of the node is that of
    a user account, so it names a person and is left out."""
    name = _reference(contact.get("vcard:fn")) or _reference(contact.get("vcard:org"))
    node: dict[str, Any] = {"@type": "vcard:Kind", "vcard:fn": name or None}
    if mailbox := _reference(contact.get("vcard:hasEmail")):
        node["vcard:hasEmail"] = _node(clean.mailbox(mailbox))
    if page := _reference(contact.get("vcard:hasURL")):
        node["vcard:hasURL"] = _node(clean.address(page))
    return {key: value for key, value in node.items() if value is not None}


def _texts(value: Any) -> list[str]:
    return [text for item in (value if isinstance(value, list) else [value]) if (text := _reference(item))]


def _distribution(part: dict[str, Any], clean: Cleaner) -> dict[str, Any]:
    node = {
        key.replace("dcterms:", "dct:", 1): value
        for key, value in part.items()
        if value not in ({}, [], "", None)
    }
    for wrong, right in (
        ("dcat:accessUrl", "dcat:accessURL"),
        ("dcat:downloadUrl", "dcat:downloadURL"),
        ("accessURL", "dcat:accessURL"),
    ):
        if url := _reference(node.pop(wrong, None)):
            node.setdefault(right, {"@id": url})
    for key in ("dcat:accessURL", "dcat:downloadURL", "dcat:endpointURL"):
        if url := _reference(node.get(key)):
            node[key] = _node(clean.address(url))
    if format_ := _reference(node.pop("dct:format", None)):
        node["dct:format"] = _node(clean.format(format_.removeprefix("ftype:")))
    if standard := _reference(node.get("dct:conformsTo")):
        named = {"@type": "dct:Standard", "rdfs:label": standard}
        node["dct:conformsTo"] = {"@id": standard} if is_web_address(standard) else named
    return node | _terms(node.pop("dct:license", None), node.pop("dct:rights", None), clean)


def _terms(license_: Any, rights: Any, clean: Cleaner) -> dict[str, Any]:
    """Licence and rights: Hub writes the words of the licence as if they were the address of the rights."""
    said, words = _reference(license_), _reference(rights)
    if "<" in words:
        clean.faults["text-has-markup"] += 1
        words = plain(words)
    found: dict[str, Any] = {}
    if said or (words and read_licence(words)):
        found["dct:license"] = [_node(value) for value in clean.license([said, words])]
    if words:
        named = {"@type": "dct:RightsStatement", "rdfs:label": words}
        found["dct:rights"] = {"@id": words} if is_web_address(words) else named
    return found


def read_dcat_us(value: Mapping[str, Any], url: str) -> tuple[list[Entry], Record | None]:
    """The datasets of Hub's DCAT-US feed, and the record of the catalogue. Raises UnreadablePayload."""
    entries, catalogue = read_catalogue(dict(value), url)
    items = value.get("dataset")
    items = items if isinstance(items, list) else []
    return [
        Entry(entry.identifier, entry.raw, partial(_read_us, item, url))
        for entry, item in zip(entries, items, strict=False)
    ], catalogue


def _read_us(item: Any, url: str) -> Reading:
    """One dataset. Raises TypeError for what is no object."""
    faults: Counter[str] = Counter()
    whole = filled(item, faults)
    if isinstance(whole, dict) and isinstance(license_ := whole.get("license"), str) and "<" in license_:
        faults["text-has-markup"] += 1
        whole["license"] = plain(license_)
    reading = read_dataset(whole, Context(url))
    if isinstance(reading.record.root, Dataset):
        sort_distributions(reading.record.root)
    reading.faults += faults
    return reading
