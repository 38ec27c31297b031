"""A dataset of Opendatasoft's Explore API (2.1, 2.0 or the catalogue's JSON export) → dcat:Dataset.

Keys: the metadata templates `default` and `dcat`, those named `dcat_ap…`, `inspire`; files are the exports that the
platform offers for each dataset, its attachments and alternative exports.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any
from urllib.parse import quote, quote_plus

from catalog.cleaning.iris import is_web_address
from catalog.record.node import Record
from catalog.record.table import Dataset, Distribution, Identifier, Location, RightsStatement, Standard
from catalog.record.terms import IRI, expand
from crawler.formats.agents import IDENTIFIER, agent, kind
from crawler.formats.fields import Fields, is_blank
from crawler.formats.json_payload import canonical
from crawler.formats.opendatasoft_keys import (
    DCAT_OUT_OF_SCOPE,
    DEFAULT_OUT_OF_SCOPE,
    EXPORTS,
    GEO_EXPORTS,
    INSPIRE_OUT_OF_SCOPE,
    MEMBERS_OUT_OF_SCOPE,
    PROFILE_OUT_OF_SCOPE,
    TEMPLATES_OUT_OF_SCOPE,
)
from crawler.formats.reading import Entry, Reading
from crawler.formats.rules import Rule, apply, concept, first_date, labelled, verbatim
from crawler.formats.values import Cleaner, unique

MANY_FILES = 1_000
_LABEL = expand("skos:prefLabel")
_LICENSE, _RIGHTS = expand("dct:license"), expand("dct:rights")

RULES: dict[str, tuple[str, Rule]] = {
    "hvdcategory": ("hvd_category", concept("hvd-category")),
    "applicablelegislation": ("applicable_legislation", Cleaner.address),
    "availability": ("availability", concept("planned-availability")),
    "plannedavailability": ("availability", concept("planned-availability")),
    "accessrights": ("access_rights", concept("access-right")),
    "contributorid": ("contributor_id", concept("contributor")),
    "politicalgeocodinglevel": ("geocoding_level", concept("geocoding-level")),
    "politicalgeocodingleveluri": ("geocoding_level", concept("geocoding-level")),
    "politicalgeocoding": ("political_geocoding", Cleaner.address),
    "politicalgeocodinguri": ("political_geocoding", Cleaner.address),
    "geocodingdescription": ("geocoding_description", Cleaner.prose),
    "legalbasis": ("legal_basis", Cleaner.prose),
    "qualityprocessuri": ("quality_process", Cleaner.address),
    "conformsto": ("conforms_to", partial(labelled, Standard)),
    "relation": ("relation", Cleaner.address),
    "version": ("version", verbatim),
    "type": ("type", concept("dataset-type")),
    "documentation": ("page", Cleaner.address),
    "landingpage": ("landing_page", Cleaner.address),
}
"""Key of `dcat` or a template `dcat_ap…`, without underlines and in lower case → property of the dataset."""


def read_items(items: Iterable[Any], site: str) -> list[Entry]:
    """The entries of a page or of an export; `site` is the portal's address without a trailing slash. What is no object
    becomes an entry whose reading fails."""
    found = []
    for item in items:
        inner = item.get("dataset") if isinstance(item, dict) else None
        source = inner if isinstance(inner, dict) else item
        found.append(Entry(_identifier(source), canonical(source), partial(read_dataset, source, site)))
    return found


def _identifier(item: Any) -> str:
    candidates = (item.get("dataset_id"), item.get("datasetid")) if isinstance(item, dict) else ()
    return next(
        (str(one).strip() for one in candidates if isinstance(one, str | int) and str(one).strip()), ""
    )


def read_dataset(item: Any, site: str) -> Reading:
    """One dataset as a record. Raises TypeError for what is no object."""
    if not isinstance(item, dict):
        raise TypeError(f"a dataset is an object, not {type(item).__name__}")
    clean, key = Cleaner(site), _identifier(item)
    fields = Fields(_folded(item), clean)
    metas = fields.inner("metas")
    default, dcat, inspire = metas.inner("default"), metas.inner("dcat"), metas.inner("inspire")
    profile = _profile(metas, dcat)
    dataset = Dataset()
    _identify(fields, dataset, key)
    _describe(default, profile, inspire, dataset)
    _origin(default, dataset)
    _dates(default, profile, dataset)
    _people(default, profile, dataset)
    _places(default, profile, dataset)
    apply(RULES, profile, dataset)
    _files(fields, default, profile, dataset, key)
    _close(fields, metas, default, profile, inspire)
    return Reading(Record(dataset), clean.unread, clean.faults)


def _close(fields: Fields, metas: Fields, default: Fields, profile: Fields, inspire: Fields) -> None:
    default.close(DEFAULT_OUT_OF_SCOPE)
    profile.close(DCAT_OUT_OF_SCOPE | PROFILE_OUT_OF_SCOPE)
    inspire.close(INSPIRE_OUT_OF_SCOPE)
    for name in sorted(metas.keys() - TEMPLATES_OUT_OF_SCOPE):
        metas.inner(name).close()
    metas.close(TEMPLATES_OUT_OF_SCOPE)
    fields.close(MEMBERS_OUT_OF_SCOPE)


def _folded(item: Mapping[str, Any]) -> dict[str, Any]:
    """The dataset with its metadata under `metas`, also where an export writes them flat: `default.title`."""
    given = item.get("metas")
    metas = (
        {name: dict(said) if isinstance(said, dict) else said for name, said in given.items()}
        if isinstance(given, dict)
        else {}
    )
    folded = {key: value for key, value in item.items() if key != "metas"}
    for key in [key for key in folded if "." in key]:
        template, _, name = key.partition(".")
        place = metas.setdefault(template, {})
        if isinstance(place, dict):
            place.setdefault(name, folded.pop(key))
    return {**folded, "metas": metas} if metas or is_blank(given) else dict(item)


def _profile(metas: Fields, dcat: Fields) -> Fields:
    """The template `dcat` and those named `dcat_ap…` as one, their keys without underlines and in lower case: the
    platform has one for each national profile, which differ in spelling."""
    together = Fields({}, metas.cleaner, "metas.dcat.")
    names = sorted(name for name in metas.keys() if name.startswith("dcat_ap"))  # noqa: SIM118
    for part in (*map(metas.inner, names), dcat):
        for key in sorted(part.keys()):
            together.add(key.replace("_", "").replace("-", "").lower(), part.take(key))
    return together


def _identify(fields: Fields, dataset: Dataset, key: str) -> None:
    """The IRI is that of the platform's own DCAT export: the dataset's page."""
    clean = fields.cleaner
    if key:
        dataset.id = IRI(f"{clean.site}/explore/dataset/{quote(key, safe='@~')}/")
        dataset.identifier = [key]
        dataset.landing_page = [dataset.id]
    else:
        clean.faults["identifier-missing"] += 1
    if uid := fields.text("dataset_uid"):
        dataset.other_identifier = [Identifier(notation=[uid])]
    fields.drop("dataset_id", "datasetid")


def _describe(default: Fields, profile: Fields, inspire: Fields, dataset: Dataset) -> None:
    clean = default.cleaner
    dataset.title, dataset.description = default.prose("title"), default.prose("description")
    if not dataset.title:
        clean.faults["title-missing-in-source"] += 1
    dataset.keyword = unique(default.strings("keyword") + profile.strings("keyword"))
    stated = profile.strings("theme") + default.strings("theme") + inspire.strings("theme")
    dataset.theme = unique(uri for text in unique(stated) for uri in clean.theme(text))
    languages = default.strings("language", separator=",") or default.strings(
        "metadata_languages", separator=","
    )
    default.drop("metadata_languages")
    dataset.language = unique(map(clean.language, languages))
    dataset.page = unique(map(clean.address, default.strings("references")))
    frequency = profile.strings("accrualperiodicity") + default.strings("update_frequency")
    dataset.frequency = unique(map(clean.frequency, frequency[:1]))


def _origin(default: Fields, dataset: Dataset) -> None:
    """A federated dataset names the domain and the dataset that it shows."""
    address, key = default.text("source_domain_address"), default.text("source_dataset")
    if address and key:
        host = address if is_web_address(address) else f"https://{address}"
        dataset.source = [IRI(f"{host.rstrip('/')}/explore/dataset/{quote(key, safe='@~')}/")]


def _dates(default: Fields, profile: Fields, dataset: Dataset) -> None:
    """`modified` follows the data or the metadata, as the dataset is set up; without it the platform's processing."""
    dataset.issued = first_date(profile, "issued", "created")
    dataset.modified = first_date(default, "modified", "data_processed", "metadata_processed")
    start, end = profile.text("temporalcoveragestart"), profile.text("temporalcoverageend")
    dataset.temporal = [default.cleaner.period(start, end)] if start or end else []
    dataset.temporal += [default.cleaner.interval(text) for text in profile.strings("temporal")]


def _people(default: Fields, profile: Fields, dataset: Dataset) -> None:
    """The publisher's IRI is the portal's page of all its datasets, as in the platform's own DCAT export."""
    clean = default.cleaner
    name, type_ = default.text("publisher") or profile.text("publisher"), profile.text("publishertype")
    if found := agent(clean, [name] if name else [], "", "", type_):
        found.id = IRI(f"{clean.site}/explore/?refine.publisher={quote_plus(name)}") if name else None
        dataset.publisher = [found]
    for key in ("creator", "contributor"):
        agents = [agent(clean, [text]) for text in profile.strings(key)]
        setattr(dataset, key, [one for one in agents if one])
    contact = kind(clean, profile.text("contactname"), profile.text("contactemail"))
    dataset.contact_point = [contact] if contact else []


def _places(default: Fields, profile: Fields, dataset: Dataset) -> None:
    """One place with the box, the names and the codes of the reference (`fr_60_…`); then what the profile names."""
    clean = default.cleaner
    box = default.take("bbox")
    shape = clean.location(box) if isinstance(box, str | dict | list) else None
    names, codes = default.strings("territory"), default.strings("geographic_reference")
    if isinstance(shape, str):
        dataset.spatial, shape = [shape], None
    if shape or names or codes:
        place = shape or Location()
        place.rest = {term: values for term, values in ((_LABEL, names), (IDENTIFIER, codes)) if values}
        dataset.spatial.append(place)
    for text in profile.strings("spatial"):
        dataset.spatial.append(IRI(text) if is_web_address(text) else Location(rest={_LABEL: [text]}))


def _files(fields: Fields, default: Fields, profile: Fields, dataset: Dataset, key: str) -> None:
    """Exports in the formats that the platform always offers, then attachments and exports made by hand; licence,
    rights and attribution are those of the dataset."""
    clean = fields.cleaner
    license_ = clean.license(default.texts("license_url", "license") + profile.strings("license"))
    rights = [labelled(RightsStatement, clean, text) for text in profile.strings("rights")]
    attribution = unique(default.strings("attributions") + profile.strings("licenseattributionbytext"))
    features, has_records = fields.strings("features"), fields.take("has_records")
    base = f"{clean.site}/api/explore/v2.1/catalog/datasets/{quote(key, safe='@~')}"
    formats = (EXPORTS + GEO_EXPORTS * ("geo" in features)) if has_records and key else ()
    dataset.distribution = [_export(clean, base, name) for name in formats]
    dataset.distribution += [_file(part, base, "attachments") for part in fields.nested("attachments")]
    dataset.distribution += [
        _file(part, base, "alternative_exports") for part in fields.nested("alternative_exports")
    ]
    for node in dataset.distribution:
        node.license, node.rights, node.license_attribution = (
            license_.copy(),
            rights.copy(),
            attribution.copy(),
        )
    if len(dataset.distribution) > MANY_FILES:
        clean.faults["distribution-excess"] += 1
    if not dataset.distribution:
        dataset.rest |= {term: said for term, said in ((_LICENSE, license_), (_RIGHTS, rights)) if said}


def _export(clean: Cleaner, base: str, name: str) -> Distribution:
    address = IRI(f"{base}/exports/{name}" + "?use_labels=true" * (name == "csv"))
    return Distribution(
        id=address,
        title=[name.upper()],
        access_url=[address],
        download_url=[address],
        format=[clean.format(name)],
    )


def _file(fields: Fields, base: str, folder: str) -> Distribution:
    """`{id, title, mimetype, url}`; `odsfile://` is the platform's inner address, the file lies below the API."""
    clean = fields.cleaner
    key, url, mimetype = fields.text("id"), fields.text("url"), fields.text("mimetype")
    node = Distribution(title=fields.prose("title"), description=fields.prose("description"))
    if is_web_address(url):
        node.access_url = [IRI(url)]
    elif key or url:
        node.access_url = [IRI(f"{base}/{folder}/{quote(key or url.rpartition('/')[2], safe='')}")]
    node.download_url = node.access_url.copy()
    if mimetype:
        node.format = [clean.format(mimetype, url, mimetype)]
        node.media_type = [clean.media_type(mimetype)]
    fields.close()
    return node
