"""What each portal holds in each epoch, before any product has put it into its own form."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from random import Random
from uuid import UUID

from fleet import blemishes
from fleet.blemishes import License, chance
from fleet.care import as_told, kept
from fleet.portal import FleetPortal
from fleet.register import Municipality, body, municipalities, municipality, slug
from fleet.topics import SENTENCES, TOPICS, Topic


@dataclass(frozen=True, slots=True)
class Resource:
    """One file or service of a dataset; dates are ISO days, `size` is in bytes or None."""

    id: str
    title: str
    description: str
    url: str
    format: str
    media_type: str
    size: int | None
    issued: str
    modified: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """One dataset in no product's form; texts carry their faults already, `created` and `modified` do not."""

    id: str
    name: str
    title: str
    english: str
    description: str
    keywords: tuple[str, ...]
    themes: tuple[str, ...]
    kind: str
    license: License
    created: str
    modified: str
    issued: str
    updated: str
    publisher: str
    contact_name: str
    contact_email: str
    frequency: str
    frequency_key: str
    temporal: tuple[str, str]
    spatial: tuple[str, str]
    landing_page: str
    town: Municipality
    resources: tuple[Resource, ...]

    @property
    def number(self) -> int:
        """A number that belongs to this dataset for good, for choices that a product's form leaves open."""
        return int(self.id[:8], 16)


PALETTES = (("by", "zero"), ("by",), ("cc-by", "by"), ("zero", "cc-zero"), ("cc-by",), ("odbl", "by"))


@cache
def holdings(portal: FleetPortal, epoch: int = 1, size: float = 1.0) -> tuple[Dataset, ...]:
    """The datasets of a portal in an epoch (1, 2, 3), in the portal's own order.

    Epoch 2 changes a tenth, takes a few away and adds a few; epoch 3 brings one of those back.
    """
    count = _count(portal, size)
    plan = _plan(portal, count)
    present = [index for index in range(count) if plan.is_there(index, epoch)]
    added = range(count, count + plan.added) if epoch > 1 else ()
    datasets = [_unchanged(portal, index) for index in (*present, *added)]
    own = [
        plan.at(epoch, index)(dataset) for index, dataset in zip((*present, *added), datasets, strict=True)
    ]
    return (*own, *_mirrored(portal, epoch, size))


def _mirrored(portal: FleetPortal, epoch: int, size: float) -> Iterator[Dataset]:
    """What the portal copied from others: mostly with identifier, always with the addresses of the files."""
    for source in portal.mirrors:
        held = holdings(replace(source, seed=portal.seed), epoch, size)
        for dataset in (each for each in held if int(each.id[9:13], 16) % (portal.trait("each") or 3) == 0):
            rng = Random(f"{portal.key}/{dataset.id}")
            number = f"{dataset.id[:8]}{str(UUID(int=rng.getrandbits(128), version=4))[8:]}"
            name = dataset.name if portal.ags else f"{dataset.name}-{dataset.town.ags}"
            yield replace(dataset, name=name, id=number if chance(rng, 30) else dataset.id)


@dataclass(frozen=True, slots=True)
class _Plan:
    """Which indexes change, silently or openly, which go, and how many come."""

    open: frozenset[int]
    silent: frozenset[int]
    gone: frozenset[int]
    back: int
    added: int

    def is_there(self, index: int, epoch: int) -> bool:
        return epoch == 1 or index not in self.gone or (epoch == 3 and index == self.back)

    def at(self, epoch: int, index: int) -> Callable[[Dataset], Dataset]:
        if epoch > 1 and index in self.open:
            return openly_changed
        return silently_changed if epoch > 1 and index in self.silent else unchanged


def _count(portal: FleetPortal, size: float) -> int:
    fixed = (
        portal.trait("heavy_to")
        or portal.trait("shrinks")
        or portal.trait("rows_cap")
        or portal.trait("per_page")
        or portal.trait("poison")
    )
    return portal.count if size == 1 or fixed else max(3, round(portal.count * size)) if portal.count else 0


def _plan(portal: FleetPortal, count: int) -> _Plan:
    order = list(range(count))
    Random(f"{portal.seed}/{portal.key}/plan").shuffle(order)
    if portal.trait("frozen") or not count:
        return _Plan(frozenset(), frozenset(), frozenset(), -1, 0)
    few = max(1, count // 30)
    gone = order[: count - portal.trait("shrinks")] if portal.trait("shrinks") else order[:few]
    rest = order[len(gone) :]
    silent = len(rest) * portal.trait("silent") // 100 or max(1, count // 25)
    loud = max(1, count // 16)
    return _Plan(
        frozenset(rest[:loud]),
        frozenset(rest[loud : loud + silent]),
        frozenset(gone),
        gone[0],
        0 if portal.trait("shrinks") else few,
    )


def unchanged(dataset: Dataset) -> Dataset:
    """The dataset as it was."""
    return dataset


def openly_changed(dataset: Dataset) -> Dataset:
    """The dataset after an edit that the portal dates: new text, one resource renewed."""
    first, *others = dataset.resources or (None,)
    renewed = (replace(first, modified="2025-03-11", size=(first.size or 4000) + 512),) if first else ()
    return replace(
        dataset,
        description=f"{dataset.description} Im März 2025 fortgeschrieben.".strip(),
        modified="2025-03-11",
        resources=(*renewed, *(other for other in others if other)),
    )


def silently_changed(dataset: Dataset) -> Dataset:
    """The dataset with another theme and keyword, and the old date: as group changes show in CKAN (Berlin 2014/15)."""
    second = "SOCI" if "SOCI" not in dataset.themes else "GOVE"
    return replace(dataset, themes=(*dataset.themes, second), keywords=(*dataset.keywords, "neu zugeordnet"))


@cache
def _unchanged(portal: FleetPortal, index: int) -> Dataset:
    made = _drawn(portal, index)
    return kept(made, portal, index) if portal.trait("care") else as_told(made, portal, index)


def _drawn(portal: FleetPortal, index: int) -> Dataset:
    """A dataset with the faults of real ones."""
    rng = Random(f"{portal.seed}/{portal.key}/{index}")
    town = _town(portal, index)
    topic, title = _title(portal, index, town, rng)
    name = f"{slug(title)}-{index}" if chance(rng, 15) else slug(title)
    gaps = Random(f"{portal.seed}/{portal.key}/{index}/gaps")
    contact_name, contact_email = blemishes.left_out(gaps, 14, blemishes.contact(rng, town.domain), ("", ""))
    created = _day(rng, 2012, 2022)
    palette = PALETTES[Random(f"{portal.seed}/{portal.key}").randrange(len(PALETTES))]
    return Dataset(
        id=str(UUID(int=rng.getrandbits(128), version=4)),
        name=f"{name}-{town.ags[-3:]}" if portal.ags is None else name,
        title=title,
        english=topic.english,
        description=_description(rng, topic, title, town),
        keywords=_keywords(rng, topic, town),
        themes=blemishes.left_out(gaps, 26, (topic.theme,), ()),
        kind=topic.kind,
        license=blemishes.license_of(rng, palette),
        created=created,
        modified=max(created, _day(rng, 2016, 2024)),
        issued=blemishes.written_date(rng, created),
        updated=blemishes.written_date(rng, _day(rng, 2016, 2024)),
        publisher=blemishes.publisher_name(rng, town.short_name),
        contact_name=contact_name,
        contact_email=contact_email,
        frequency=rng.choice(blemishes.FREQUENCIES),
        frequency_key=rng.choice(blemishes.FREQUENCY_KEYS),
        temporal=_temporal(rng),
        spatial=blemishes.left_out(gaps, 35, blemishes.geometry(rng, town.lat, town.lon), ("", "")),
        landing_page=blemishes.web_address(rng, f"https://www.{town.domain}/{slug(topic.title)}"),
        town=town,
        resources=_resources(rng, topic, name, town, portal),
    )


def _town(portal: FleetPortal, index: int) -> Municipality:
    if portal.ags:
        return municipality(portal.ags)
    if portal.trait("each_town"):
        return municipalities()[index % len(municipalities())]
    if not portal.shares:
        return body(portal.body)
    return municipality(portal.shares[index % len(portal.shares)])


def towns(portal: FleetPortal) -> list[Municipality]:
    """The municipalities whose datasets a portal holds, each once, in its order."""
    return list(dict.fromkeys(dataset.town for dataset in holdings(portal)))


def _title(portal: FleetPortal, index: int, town: Municipality, rng: Random) -> tuple[Topic, str]:
    order = list(TOPICS)
    Random(f"{portal.seed}/{portal.key}/topics").shuffle(order)
    topic = order[index % len(order)]
    lap = index // len(order)
    year = 2024 - lap - rng.randrange(2) * 7
    spellings = (
        topic.title,
        f"{topic.title} {town.short_name}",
        f"Stadt {town.short_name}: {topic.title}",
        f"{topic.title} {year}",
        f"{topic.title} in {town.short_name} ({year})",
        f"{topic.title.lower().replace(' ', '_')}_{year}",
    )
    title = rng.choice(spellings)
    return topic, f"{title} – Teil {lap + 1}" if lap else title


def _description(rng: Random, topic: Topic, title: str, town: Municipality) -> str:
    first, *others = SENTENCES[topic.kind]
    text = " ".join(
        sentence.format(title=topic.title, town=town.short_name)
        for sentence in (first, *rng.sample(others, rng.randrange(3)))
    )
    forms = (
        "",
        title,
        "k. A.",
        f"<p>{text}</p><ul><li>Jahr: Berichtsjahr</li><li>Wert: Anzahl</li></ul>",
        f"{text}<br />Weitere Auskunft:&nbsp;<a href='http://www.{town.domain}/kontakt'>Kontakt</a>",
        f"**{topic.title}**\r\n\r\n{text}\r\n\r\n* Spalte 1\r\n* [Anleitung](http://www.{town.domain}/hilfe.pdf)",
        f"{text} Rückfragen an {town.domain.split('.')[0]}-daten@{town.domain}.",
        text.encode().decode("latin-1"),
    )
    return rng.choice(forms) if chance(rng, 38) else text


def _keywords(rng: Random, topic: Topic, town: Municipality) -> tuple[str, ...]:
    words = tuple(topic.keywords.split())
    forms = (
        (),
        (", ".join(words),),
        (*words, words[0].title()),
        ("Open Data", town.short_name, *words),
        ("",),
    )
    return rng.choice(forms) if chance(rng, 35) else words


def _day(rng: Random, first: int, last: int) -> str:
    return f"{rng.randint(first, last)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"


def _temporal(rng: Random) -> tuple[str, str]:
    if chance(rng, 55):
        return "", ""
    year = rng.randint(2009, 2023)
    start, end = blemishes.written_date(rng, f"{year}-01-01"), blemishes.written_date(rng, f"{year}-12-31")
    return (end, start) if chance(rng, 6) else (start, end)


def _resources(
    rng: Random, topic: Topic, name: str, town: Municipality, portal: FleetPortal
) -> tuple[Resource, ...]:
    count = rng.choices((0, 1, 2, 3, 5, 14), (6, 48, 24, 14, 7, 1))[0]
    return tuple(
        _resource(rng, topic, name, position, portal.domain(town.domain)) for position in range(count)
    )


def _resource(rng: Random, topic: Topic, name: str, position: int, host: str) -> Resource:
    written = rng.choice(blemishes.FORMATS[topic.kind])
    suffix = slug(written).split("-")[-1] or "dat"
    return Resource(
        id=str(UUID(int=rng.getrandbits(128), version=4)),
        title=rng.choice(
            (topic.title, f"{topic.title} ({written})", f"{name}.{suffix}", "", "Download", "Link")
        ),
        description=rng.choice(("", "", "", f"{topic.title} als {written}", "UTF-8, Trennzeichen Semikolon")),
        url=blemishes.web_address(rng, f"http://{host}/files/{name}-{position + 1}.{suffix}"),
        format=rng.choice(("", written)) if chance(rng, 12) else written,
        media_type=blemishes.MEDIA_TYPES.get(suffix, "") if chance(rng, 40) else "",
        size=rng.randrange(300, 9_000_000) if chance(rng, 25) else None,
        issued=_day(rng, 2014, 2022),
        modified=_day(rng, 2016, 2024) if chance(rng, 40) else "",
    )
