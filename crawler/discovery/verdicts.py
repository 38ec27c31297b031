"""What a page proves about whose it is: the town's own, a namesake's, a district's, a parked domain's, or nobody knows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from crawler.discovery.towns import Register, Town, body_marks, district_marks, words
from crawler.formats.html_page import WebPage

ACCEPTED = "accepted"
OPEN = ("ambiguous", "unplaced")
"""Verdicts that leave a page to a person."""
SHORT_OF_PROOF = ("unplaced", "unofficial")
"""Verdicts that the page's imprint may mend."""

_PARKED = re.compile(
    r"(?:domain|website|webseite|adresse|name) (?:\w+ ){0,3}(?:steht|ist|is|may be|could be|koennte) (?:\w+ ){0,3}(?:zu verkaufen|zum verkauf|"
    r"verkaeuflich|for sale|geparkt|parked|registriert|reserved|reserviert)|buy this domain|domain (?:kaufen|parking)|"
    r"diese domain (?:kaufen|erwerben)|sedo domain|hier entsteht (?:eine|die) (?:neue )?(?:website|webseite|homepage|internetpraesenz)|"
    r"apache2? (?:\w+ )?default page|welcome to nginx|it works|default web ?site page|plesk default|domain default page|under construction|"
    r"this domain (?:has expired|is registered)|webspace (?:ist|wurde) eingerichtet"
)
_OFFICIAL = (
    *("rathaus", "stadtverwaltung", "gemeindeverwaltung", "verwaltung", "buergermeister", "buergermeisterin"),
    *(
        "oberbuergermeister",
        "oberbuergermeisterin",
        "buergerservice",
        "buergerbuero",
        "stadtrat",
        "gemeinderat",
    ),
    *(
        "gemeindevertretung",
        "stadtverordnetenversammlung",
        "ratsinformationssystem",
        "ortsrecht",
        "satzungen",
        "amtsblatt",
    ),
    *(
        "standesamt",
        "einwohnermeldeamt",
        "bekanntmachungen",
        "ausschreibungen",
        "dienstleistungen",
        "haushaltsplan",
    ),
    *("koerperschaft des oeffentlichen rechts", "amtliche", "town hall", "mayor", "city council", "council"),
)
_ENOUGH_OFFICIAL = 2
_PRIVATE = re.compile(
    r" (?:gmbh|ag|kg|ev|e v|verein|verlag|zeitung|anzeiger|nachrichten|kurier|tageblatt|bote|tourismus|touristik|urlaub|ferien|"
    r"ferienwohnung(?:en)?|hotel|pension|gasthof|restaurant|shop|fachhandel|immobilien|buergerliste|buergerinitiative|fraktion|"
    r"ortsverband|cdu|spd|fdp|gruene|linke|kirchengemeinde|feuerwehr|schule|wetter|sv|fc|tsv|tus|news|blog|forum) "
)
"""Words in a title that say that somebody else is behind the site."""
_A_LIST_OF_STATES = 3
_TOWN_WORDS = (
    *(
        "stadt",
        "gemeinde",
        "markt",
        "landeshauptstadt",
        "hansestadt",
        "universitaetsstadt",
        "kreisstadt",
        "bundesstadt",
    ),
    *(
        "ortsgemeinde",
        "stadtverwaltung",
        "gemeindeverwaltung",
        "rathaus",
        "flecken",
        "town of",
        "city of",
        "municipality of",
    ),
)
_SHORT_PAGE = 1_500


@dataclass(frozen=True, slots=True)
class Verdict:
    """`accepted`, or why a page is not taken for the town's; in a sentence, and how surely (0-100)."""

    slug: str
    proof: str
    certainty: int = 0


@dataclass(frozen=True, slots=True)
class _Naming:
    """What a page names: the town in its title or with the word for a town, its state, its district; namesakes' marks.

    `private`: the title says that somebody else than the town is behind the site."""

    titled: bool
    phrased: bool
    private: bool
    state: bool
    district: bool
    rivals: tuple[Town, ...]
    other_states: tuple[str, ...]


def judge(town: Town, register: Register, page: WebPage, imprint: WebPage | None = None) -> Verdict:
    """Whose page this is. `imprint`: a second page of the same site that says who is behind it."""
    if is_parked(page):
        return Verdict("parked", "The domain is parked or its site is not set up.", 90)
    title = _title(page)
    text = title + words(page.text) + (words(imprint.text) if imprint else "")
    naming = _naming(town, register, title, text)
    elsewhere = _elsewhere(town, register, title, naming)
    if elsewhere is not None:
        return elsewhere
    if not naming.titled and not naming.phrased:
        return Verdict("unnamed", f"The page does not name {town.short_name}.", 60)
    return _placed(town, register, naming, text)


def is_parked(page: WebPage) -> bool:
    """Whether a page only says that a domain is for sale, parked, or not set up; such pages are short."""
    text = f"{page.title} {page.text}"
    return len(text) < _SHORT_PAGE and bool(_PARKED.search(words(text)))


def _title(page: WebPage) -> str:
    """What the page calls itself: title, first headings, the name of its site."""
    parts = [page.title, page.heading, page.meta.get("og:site_name", ""), page.meta.get("publisher", "")]
    return "".join(words(part) for part in parts)


def _masked(text: str, town: Town, register: Register) -> str:
    """The text without longer names in which the town's own stands: other towns', its district's, its association's."""
    for name in (*register.longer_names(town), *body_marks(town)):
        if words(town.short_name) in name:
            text = text.replace(name, " | ")
    return text


def _naming(town: Town, register: Register, title: str, text: str) -> _Naming:
    names = {words(town.plain_name), words(town.short_name)}
    phrases = [f" {word}{name}" for name in names for word in _TOWN_WORDS]
    own_title, own_text = _masked(title, town, register), _masked(text, town, register)
    states = [state for state in register.states if state in _without_longer(state, text, register)]
    own = words(town.state)
    others = tuple(state for state in states if state != own)
    list_of_states = len(others) >= _A_LIST_OF_STATES
    district = _any(district_marks(town, register), text)
    rivals = tuple(
        other for other in register.namesakes(town) if _is_marked(other, town, register, text, list_of_states)
    )
    return _Naming(
        _any(names, own_title), _any(phrases, own_text),
        bool(_PRIVATE.search(title)) and not _any(phrases, own_title), own in states and not list_of_states, district, rivals,
        () if list_of_states else others,
    )  # fmt: skip


def _any(phrases: Iterable[str], text: str) -> bool:
    return any(phrase in text for phrase in phrases)


def _without_longer(state: str, text: str, register: Register) -> str:
    """The text without the names of states in which this one's stands (Sachsen in Sachsen-Anhalt)."""
    for longer in register.states:
        if state != longer and state in longer:
            text = text.replace(longer, " | ")
    return text


def _is_marked(other: Town, town: Town, register: Register, text: str, list_of_states: bool) -> bool:
    """Whether a page names the district of a namesake, or its state where that is another one."""
    if other.district != town.district and _any(district_marks(other, register), text):
        return True
    state = words(other.state)
    return (
        other.state != town.state and not list_of_states and state in _without_longer(state, text, register)
    )


def _elsewhere(town: Town, register: Register, title: str, naming: _Naming) -> Verdict | None:
    """The page of the town's district or association, or of another town, as its own title says."""
    if naming.titled:
        return None
    if _any(body_marks(town), title):
        return Verdict(
            "district_site", f"The site of the district or association of {town.short_name}, not its own.", 80
        )
    for other in _named_in(title, register):
        if words(other.short_name) != words(town.short_name):
            return Verdict("other_town", f"The title names {other.plain_name}.", 70)
    return None


def _named_in(title: str, register: Register) -> list[Town]:
    """Towns that a title names together with the word for a town."""
    found = []
    for word in _TOWN_WORDS:
        for part in title.split(f" {word} ")[1:]:
            parts = part.split()
            for length in range(min(5, len(parts)), 0, -1):
                named = register.by_name.get(f" {' '.join(parts[:length])} ")
                if named:
                    found.append(named[0])
                    break
    return found


def _placed(town: Town, register: Register, naming: _Naming, text: str) -> Verdict:
    """The verdict on a page that names the town: does it say where the town lies, and is it the town's own?"""
    alone = not any(other.state == town.state for other in register.namesakes(town))
    placed = naming.district or (naming.state and alone)
    if naming.rivals:
        there = naming.rivals[0]
        where = there.district or there.state
        if placed:
            return Verdict(
                "ambiguous", f"The page names {town.short_name}, but also marks of the one in {where}.", 50
            )
        return Verdict("namesake", f"The page is about {there.plain_name} in {where}.", 75)
    official = [word for word in _OFFICIAL if f" {word} " in text]
    if naming.private or len(official) < _ENOUGH_OFFICIAL:
        return Verdict("unofficial", f"The page names {town.short_name}, but not its administration.", 50)
    if not placed:
        return _unplaced(town, naming)
    return Verdict(ACCEPTED, _why(town, naming), _certainty(naming, official, bool(register.namesakes(town))))


def _unplaced(town: Town, naming: _Naming) -> Verdict:
    if naming.state:
        proof = f"The page names {town.state}, in which several are called {town.short_name}."
        return Verdict("ambiguous", proof, 45)
    if naming.other_states:
        return Verdict("namesake", f"The page names another state than {town.state}.", 65)
    return Verdict(
        "unplaced", f"The page names {town.short_name}, but neither its state nor its district.", 40
    )


def _why(town: Town, naming: _Naming) -> str:
    where = [town.state] if naming.state else []
    where += [f"the district of {town.district}"] if naming.district and town.district != town.name else []
    return f"The page names {town.short_name} and {' and '.join(where)}."


def _certainty(naming: _Naming, official: list[str], has_namesakes: bool) -> int:
    """60, and more for the town in the title, both marks of its place, a speaking administration; less for namesakes."""
    points = 60 + 10 * naming.titled + 5 * naming.phrased + 10 * (naming.state and naming.district)
    return min(95, points + 5 * (len(official) >= 4) - 10 * has_namesakes)
