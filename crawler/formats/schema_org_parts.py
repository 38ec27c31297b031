"""The parts of a schema.org/Dataset: files, agents, contacts, places, periods."""

from __future__ import annotations

from typing import Any

from catalog.cleaning.iris import is_web_address
from catalog.record.node import Values
from catalog.record.table import Agent, Distribution, Location
from catalog.record.terms import IRI, expand
from crawler.formats.agents import agent, kind
from crawler.formats.fields import Fields
from crawler.formats.georss import read_shapes
from crawler.formats.rules import first_date
from crawler.formats.values import Cleaner, unique

_LABEL = expand("skos:prefLabel")

DOWNLOAD_OUT_OF_SCOPE = frozenset(
    # The class, the dataset again, pictures, and numbers about playing media.
    (
        "@type",
        "@id",
        "encodesCreativeWork",
        "thumbnailUrl",
        "bitrate",
        "duration",
        "requiresSubscription",
        "version",
    )
)
AGENT_OUT_OF_SCOPE = frozenset(
    (
        # How else an organisation is known, where it sits and what it looks like.
        *(
            "@type",
            "@id",
            "address",
            "logo",
            "image",
            "alternateName",
            "legalName",
            "identifier",
            "description",
        ),
        *(
            "parentOrganization",
            "memberOf",
            "department",
            "affiliation",
            "jobTitle",
            "givenName",
            "familyName",
        ),
        "location",
    )
)
PLACE_OUT_OF_SCOPE = frozenset(
    # The address by post of a place, the places around it, and pictures.
    (
        "@type",
        "address",
        "containedInPlace",
        "hasMap",
        "additionalProperty",
        "additionalType",
        "alternateName",
    )
)


def read_download(fields: Fields, license_: Values, rights: Values, credit: Values) -> Distribution:
    """A DataDownload; licence, rights and credit are those of the dataset."""
    clean = fields.cleaner
    own, download, access = fields.text("@id"), fields.text("contentUrl"), fields.text("url", "embedUrl")
    node = Distribution(id=IRI(own) if is_web_address(own) and own != download else None)
    node.title, node.description = fields.prose("name"), fields.prose("description")
    if access or download:
        node.access_url = [clean.address(access or download)]
    if download:
        node.download_url = [clean.address(download)]
    _file(fields, node, download or access)
    node.license = clean.license(fields.names("license", "@id", "url", "name")) or license_.copy()
    node.rights, node.license_attribution = rights.copy(), credit.copy()
    node.issued = first_date(fields, "datePublished", "uploadDate", "dateCreated")
    node.modified = first_date(fields, "dateModified")
    node.language = unique(map(clean.language, fields.names("inLanguage", "alternateName", "name", "@id")))
    fields.close(DOWNLOAD_OUT_OF_SCOPE)
    return node


def _file(fields: Fields, node: Distribution, url: str) -> None:
    clean = fields.cleaner
    formats = fields.strings("encodingFormat") or fields.strings("fileFormat")
    fields.drop("fileFormat")
    if formats:
        media = next((text for text in formats if "/" in text and not is_web_address(text)), "")
        stated = next((text for text in formats if text != media), media)
        node.format = [clean.format(stated, url, media)]
        node.media_type = [clean.media_type(media)] if media else []
    if size := fields.text("contentSize", "size"):
        node.byte_size = [clean.size(size)]
    if digest := fields.text("sha256"):
        node.checksum = [clean.checksum(digest, "sha256")]


def agents(fields: Fields, key: str) -> tuple[Values, Values]:
    """The agents of a key, and how they are reached: objects or bare names."""
    clean = fields.cleaner
    parts = fields.nested(key)
    found = [_agent(part) for part in parts]
    names = [] if parts else fields.strings(key)
    found += [(_named(clean, name), None) for name in names]
    return [body for body, _ in found if body], [card for _, card in found if card]


def _named(clean: Cleaner, text: str) -> Agent | None:
    return Agent(id=IRI(text)) if is_web_address(text) else agent(clean, [text])


def _agent(fields: Fields) -> tuple[Agent | None, Any]:
    clean = fields.cleaner
    own, names = fields.text("@id"), fields.prose("name")
    email, phone = _mailbox(fields.text("email")), fields.text("telephone")
    url = fields.text("url") or next(iter(fields.names("sameAs", "@id")), "")
    fields.drop("sameAs")
    cards = contacts(fields)
    fields.close(AGENT_OUT_OF_SCOPE)
    body = agent(clean, names, "", url)
    if is_web_address(own):
        body = body or Agent()
        body.id = IRI(own)
    name = str(names[0]) if names and isinstance(names[0], str) else ""
    return body, cards[0] if cards else kind(clean, name, email, phone) if email or phone else None


def _mailbox(text: str) -> str:
    return text.removeprefix("mailto:")


def contacts(fields: Fields) -> Values:
    """`contactPoint`: objects `{name, contactType, email, telephone, url}`."""
    clean = fields.cleaner
    found = []
    for part in fields.nested("contactPoint"):
        name = part.text("name") or part.text("contactType")
        part.drop("contactType")
        email, phone, url = _mailbox(part.text("email")), part.text("telephone"), part.text("url")
        found.append(kind(clean, name, email, phone, url))
        part.close(
            AGENT_OUT_OF_SCOPE | {"areaServed", "availableLanguage", "contactOption", "hoursAvailable"}
        )
    return [one for one in found if one]


def periods(fields: Fields) -> Values:
    """`temporalCoverage`: `start/end` with `..` for an open end (ISO 8601-2), or single dates."""
    clean = fields.cleaner
    found: Values = []
    for text in fields.strings("temporalCoverage", "temporal"):
        start, slash, end = text.partition("/")
        if slash and ".." in (start.strip(), end.strip()):
            found.append(clean.period(start.strip().strip("."), end.strip().strip(".")))
        else:
            found.append(clean.interval(text))
    return found


def places(fields: Fields) -> Values:
    """`spatialCoverage`: names, addresses, or Places with a name and a geometry in which latitude stands first."""
    clean = fields.cleaner
    parts = [*fields.nested("spatialCoverage"), *fields.nested("spatial")]
    found: Values = [place for part in parts for place in _place(part)]
    for text in [] if parts else fields.strings("spatialCoverage", "spatial"):
        found.append(_named_place(clean, text))
    return found


def _named_place(clean: Cleaner, text: str) -> Location | IRI | str:
    if is_web_address(text):
        return IRI(text)
    return clean.location(text) if text.startswith("{") else Location(rest={_LABEL: [clean.prose(text)]})


def _place(fields: Fields) -> Values:
    own = next(
        (
            text
            for text in (
                fields.text("@id"),
                *fields.names("sameAs", "@id"),
                *fields.names("identifier", "value", "@id"),
            )
            if text
        ),
        "",
    )
    names = fields.prose("name", "description")
    shapes = [shape for part in fields.nested("geo") for shape in _shapes(part)]
    if fields.has_any(("latitude", "box", "polygon")):
        shapes += _shapes(fields)
    fields.close(PLACE_OUT_OF_SCOPE)
    node = next((shape for shape in shapes if isinstance(shape, Location)), None)
    if node is None and not (names or own):
        return shapes
    node = node or Location()
    node.id = IRI(own) if is_web_address(own) else None
    if names:
        node.rest[_LABEL] = names
    return [node]


def _shapes(fields: Fields) -> Values:
    """GeoCoordinates or a GeoShape; some sites put GeoJSON or WKT where the corners belong."""
    clean = fields.cleaner
    latitude, longitude = fields.text("latitude"), fields.text("longitude")
    if latitude and longitude:
        fields.add("point", f"{latitude} {longitude}")
    for key in ("polygon", "box"):
        text = fields.take(key)
        if isinstance(text, str) and text.lstrip()[:1] in ("{", "P", "M"):
            return [clean.location(text)]
        if text is not None:
            fields.add(key, text)
    found = read_shapes(fields)
    fields.close(
        frozenset({"@type", "@id", "elevation", "address", "addressCountry", "postalCode", "circle", "name"})
    )
    return found
