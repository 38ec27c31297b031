"""What the name of a publisher says: which municipality, or that it is another body (district, association, state, Federation).

German names: titles (Stadt, Markt, Landeshauptstadt …) are passed over, the word for a district or an association never is.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple

from catalog.vocabulary.folding import fold
from catalog.vocabulary.registers import CITY_STATES, Body

LONGEST: Final = 300
"""Characters of a name that are read; longer ones are no names."""

_SHORT: Final = {
    "am": "a", "an": "a", "auf": "a", "der": "d", "dem": "d", "den": "d", "im": "i", "in": "i", "bei": "b",
    "vor": "v", "ob": "o", "unter": "u", "von": "von", "sankt": "st",
}  # fmt: skip
"""Words that registers and portals abbreviate, by one spelling (`Neustadt a.d.Waldnaab`, `Neustadt an der Waldnaab`)."""
_TAILS: Final = frozenset("aibvou")
"""With these words begins what stands behind a name: `Frankfurt a(m) Main`."""
_TITLES: Final = frozenset(
    [
        "stadt",
        "gemeinde",
        "ortsgemeinde",
        "landgemeinde",
        "einheitsgemeinde",
        "marktgemeinde",
        "inselgemeinde",
        "markt",
        "stadtverwaltung",
        "gemeindeverwaltung",
        "landeshauptstadt",
        "hansestadt",
        "bundesstadt",
        "kreisstadt",
        "universitaetsstadt",
        "magistrat",
        "stadtgemeinde",
        "ortsgemeinden",
        "rathaus",
    ]
)
_BETWEEN: Final = frozenset(
    ["d", "des", "von", "zu", "und", "erfuellende", "freie", "und", "gemeinde", "hansestadt", "stadt"]
)
_CITY: Final = re.compile("stadt|magistrat")
_OFFICES: Final = re.compile(
    r"stadt\w+|gemeinde\w+|standesamt|buergeramt|jugendamt|ordnungsamt|umweltamt|sozialamt|kulturamt|sportamt|schulamt|"
    r"\w*katasteramt|feuerwehr|vhs|volkshochschule|rathaus|bauhof|entsorgungsbetriebe?|verkehrsbetriebe?|buergermeister\w*|"
    r"oberbuergermeister\w*|statistikstelle|offenedaten"
)
"""Words of offices and services that towns have: a place named beside them is the town."""
_DISTRICT: Final = re.compile(
    r"landkreis\w*|kreis|kreises|kreisverwaltung|kreisarchiv|kreisausschuss\w*|kreistag\w*|kreiswerke|landratsamt\w*|landrat|"
    r"lra|lk|staedteregion|[a-z]{4,}kreis|regionalverband"
)
_ASSOCIATION: Final = {
    "vg": ("Verbandsgemeinde", "Verwaltungsgemeinschaft"), "sg": ("Samtgemeinde",), "vvg": ("Verwaltungsgemeinschaft",),
    "verbandsgemeinde": ("Verbandsgemeinde",), "samtgemeinde": ("Samtgemeinde",), "amt": ("Amt",),
    "verwaltungsgemeinschaft": ("Verwaltungsgemeinschaft",), "verwaltungsverband": ("Verwaltungsverband",),
    "gemeindeverwaltungsverband": ("Verwaltungsverband",), "kirchspielslandgemeinde": ("Kirchspielslandgemeinde",),
}  # fmt: skip
_ANY_ASSOCIATION: Final = re.compile(
    r"verbandsge\w+|\w*zweckverband\w*|zv|planungsverband|gemeindeverband|metropolregion"
)
_OF_STATES: Final = frozenset(("land", "freistaat"))
_FEDERAL: Final = re.compile(r"bundes(?!stadt)\w+|deutsch\w*|federal|eu|europaeisch\w*|govdata")
_STATE: Final = re.compile(
    r"\w*ministeri\w+|landes(?!hauptstadt)\w+|land|staatlich\w*|staats\w+|regierungspraesidium|bezirksregierung|regierung|"
    r"gewerbeaufsichtsamt|polizei\w*|finanzamt|\w*universitaet|\w*hochschule|institut|\w*kammer|ihk|amtsgericht|landgericht|"
    r"bistum|\w*kirche\w*|\w*verbund|verband|forschungs\w+|flughafen"
)
_SAME: Final = ("Erfüllende Gemeinde", "Amt")
"""Associations that are not called by their bare name: a town that works for its neighbours is meant itself, and an Amt
says that it is one."""
_STRONG, _TITLED, _BARE, _INSIDE, _ADJECTIVE = 95, 90, 80, 65, 60
"""Certainty (0-100): an alias that a person wrote down; `Stadt X`; the name alone; X among other words; `Xer`."""
_BIG: Final = 20_000
"""Inhabitants from which a place is believed to be meant where its name stands among other words."""
_GREAT: Final = 100_000
"""Inhabitants from which a place's adjective is known (`Leipziger`)."""
_MOST_WORDS: Final = 7
_ADDRESS: Final = re.compile(r"[\w.+-]*@|https?://(?:www\.)?|(?<=\.(?:de|eu))/\S*")
_CAMEL: Final = re.compile(r"(?<=[a-zäöüß])(?=[A-ZÄÖÜ])")
_CUT: Final = re.compile(r"\s[-–—|]\s|[,;:|/()\\\n@]|\.(?:de|com|org|net|eu)\b")
_WORD: Final = re.compile(r"[^\W_]+")
_BRACKETS: Final = re.compile(r"\s*\([^()]*\)")


class Said(NamedTuple):
    """What a name says. `kind`: `municipality`, `district`, `association`, `state`, `federal` or `` (nothing). `keys`: of
    the municipalities or bodies that it may mean; `certainty`: 0-100, of the reading, not of the choice among the keys;
    `anywhere`: whether it holds outside the area of the portal, too."""

    kind: str = ""
    keys: tuple[str, ...] = ()
    certainty: int = 0
    anywhere: bool = True


@lru_cache(maxsize=8_192)
def words_of(text: str) -> tuple[str, ...]:
    """The folded words of a name, the ones that are often abbreviated in one spelling.

    >>> words_of("Neustadt an der Waldnaab") == words_of("NEUSTADT a.d.Waldnaab")
    True
    """
    return tuple(_SHORT.get(word, word) for word in _WORD.findall(fold(text)))


@dataclass(frozen=True)
class Names:
    """The names of all municipalities and bodies of a register, looked up by their words."""

    places: Mapping[tuple[str, ...], tuple[str, ...]]
    types: Mapping[str, str]
    inhabitants: Mapping[str, int]
    districts: Mapping[tuple[str, ...], tuple[str, ...]]
    associations: Mapping[tuple[str, ...], tuple[tuple[str, str], ...]]
    states: Mapping[tuple[str, ...], str]
    adjectives: Mapping[str, str]
    aliases: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    phrases: Mapping[tuple[str, ...], str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        towns: Iterable[tuple[str, str, str, int]],
        bodies: Iterable[Body] = (),
        aliases: Iterable[Mapping[str, str]] = (),
    ) -> Names:
        """`towns`: key, name, type, population; `aliases`: rows with `alias`, `ags`, `kind` (`whole` or `phrase`)."""
        every = list(towns)
        places, types = defaultdict(list), {key: kind for key, _, kind, _ in every}
        for key, name, _, _ in every:
            for form in forms(name):
                places[form].append(key)
        found = {form: tuple(dict.fromkeys(keys)) for form, keys in places.items()}
        inhabitants = {key: population for key, _, _, population in every}
        districts, associations, states = _bodies(bodies)
        listed = [(words_of(row["alias"]), row["ags"], row["kind"]) for row in aliases if row["ags"] in types]
        return cls(
            found, types, inhabitants, districts, associations, states, _adjectives(found, types, inhabitants),
            {form: key for form, key, kind in listed if kind == "whole"},
            {form: key for form, key, kind in listed if kind == "phrase"},
        )  # fmt: skip

    def read(self, text: str) -> Said:
        """What a publisher's name says. Names that several municipalities bear give all of them."""
        clean = _CAMEL.sub(" ", text[:LONGEST])
        clean = _ADDRESS.sub(" @ ", clean)
        words = words_of(clean)
        if not words:
            return Said()
        if key := self.aliases.get(words):
            return Said("municipality", (key,), _STRONG)
        return (
            self._titled_or_body(words)
            or self._phrase(words)
            or self._bare(clean, words)
            or self._inside(words)
        )

    def _titled_or_body(self, words: Sequence[str]) -> Said | None:
        """The first of: a title with a municipality's name behind it; the word for a district or an association."""
        if whole := self._official(words):
            return whole
        for start, word in enumerate(words):
            if keys := self._titled(words, start):
                return Said("municipality", self._in_district(self._only(keys, word), words), _TITLED)
            if said := self._body(words, start):
                return said
        return None

    def _official(self, words: Sequence[str]) -> Said | None:
        """`Gemeinde Amt Wachsenburg`: a municipality whose own name begins with the word for another body."""
        rest = words[1:] if words[0] in _TITLES else words
        keys = self.places.get(tuple(rest), ())
        if len(rest) > 1 and keys and (rest[0] in _ASSOCIATION or rest[0] in _TITLES):
            return Said("municipality", keys, _TITLED)
        return None

    def _titled(self, words: Sequence[str], start: int) -> tuple[str, ...]:
        """The municipalities of the name behind a title at this place."""
        word = words[start]
        if not _is_title(word, start) or self._at(words, start)[1]:
            return ()
        after = start + 1
        while after < len(words) and words[after] in _BETWEEN and not self._at(words, after)[1]:
            after += 1
        return self._at(words, after)[1] if after < len(words) else ()

    def _at(self, words: Sequence[str], start: int) -> tuple[int, tuple[str, ...]]:
        """The longest municipality's name that begins at this place: its words, and who bears it."""
        for length in range(min(_MOST_WORDS, len(words) - start), 0, -1):
            if keys := self.places.get(tuple(words[start : start + length])):
                return length, keys
        return 0, ()

    def _only(self, keys: tuple[str, ...], title: str) -> tuple[str, ...]:
        """Of several bearers of a name, those that bear the title."""
        wanted = [
            key
            for key in keys
            if bool(_CITY.search(self.types.get(key, "").casefold())) is bool(_CITY.search(title))
        ]
        return tuple(wanted) if wanted and len(keys) > 1 else keys

    def _in_district(self, keys: tuple[str, ...], words: Sequence[str]) -> tuple[str, ...]:
        """Of several bearers of a name, those in the district that is named beside them (`Landkreis Zwickau`)."""
        if len(keys) == 1 or not any(map(_DISTRICT.fullmatch, words)):
            return keys
        districts = _longest(words, self.districts)
        return tuple(key for key in keys if key[:5] in districts) or keys

    def _body(self, words: Sequence[str], start: int) -> Said | None:
        word = words[start]
        if word == "amt" or word in _ASSOCIATION or _ANY_ASSOCIATION.fullmatch(word):
            keys = self._association(words, start)
            if keys or word != "amt":
                return Said("association", keys, _TITLED if keys else 0)
        if _DISTRICT.fullmatch(word):
            keys = _longest(words, self.districts)
            return Said("district", keys, _TITLED if keys else 0)
        return None

    def _association(self, words: Sequence[str], start: int) -> tuple[str, ...]:
        word = words[start]
        types = _ASSOCIATION.get(word, ("Verbandsgemeinde",) if word.startswith("verbandsge") else ())
        for length in range(min(_MOST_WORDS, len(words) - start - 1), 0, -1):
            named = self.associations.get(tuple(words[start + 1 : start + 1 + length]), ())
            if keys := tuple(key for key, kind in named if kind in types):
                return keys
        return ()

    def _phrase(self, words: Sequence[str]) -> Said | None:
        """An alias that stands among other words: `Senatsverwaltung` is Berlin's."""
        found = {key for form, key in self.phrases.items() if _contains(words, form)}
        return Said("municipality", tuple(found), _TITLED - 5, False) if len(found) == 1 else None

    def _bare(self, clean: str, words: Sequence[str]) -> Said | None:
        """A name without a title: the whole, or a part between commas, dashes or brackets. Where an association bears the
        same name, it may be meant as well."""
        for part in (words, *(words_of(part) for part in _CUT.split(clean))):
            if keys := self.places.get(tuple(part)):
                named = self.associations.get(tuple(part), ())
                namesakes = tuple(key for key, kind in named if kind not in _SAME)
                return Said("municipality", keys + namesakes, _BARE)
        state = self.states.get(tuple(word for word in words if word not in _OF_STATES))
        return Said("state", (state,), _BARE) if state else None

    def _inside(self, words: Sequence[str]) -> Said:
        """A place among other words: a great one, or any beside the word for a town's office; the only one there is."""
        federal = any(map(_FEDERAL.fullmatch, words))
        state = any(map(_STATE.fullmatch, words))
        office = any(map(_OFFICES.fullmatch, words))
        keys, certainty = self._places_inside(words, office), _INSIDE
        if not keys and (named := {self.adjectives[word] for word in words if word in self.adjectives}):
            keys, certainty = (tuple(named) if len(named) == 1 else ()), _ADJECTIVE
        if federal or (state and not set(keys) <= set(CITY_STATES.values())):
            return Said("federal" if federal else "state")
        return Said("municipality", keys, certainty, False) if keys else Said("state" if state else "")

    def _places_inside(self, words: Sequence[str], office: bool) -> tuple[str, ...]:
        found: list[tuple[str, ...]] = []
        start = 0
        while start < len(words):
            length, keys = self._at(words, start)
            if keys and (office or self._is_great(words[start : start + length], keys)):
                found.append(keys)
            start += max(1, length)
        return found[0] if len(set(found)) == 1 else ()

    def _is_great(self, words: Sequence[str], keys: tuple[str, ...]) -> bool:
        return len("".join(words)) > 3 and max(self.inhabitants.get(key, 0) for key in keys) >= _BIG


def _is_title(word: str, start: int) -> bool:
    return word in _TITLES or (word.endswith("stadt") and len(word) > 6) or (word == "st" and start == 0)


def _contains(words: Sequence[str], form: tuple[str, ...]) -> bool:
    return any(tuple(words[start : start + len(form)]) == form for start in range(len(words) - len(form) + 1))


def _longest(words: Sequence[str], names: Mapping[tuple[str, ...], tuple[str, ...]]) -> tuple[str, ...]:
    """Who bears the longest of these names that stands among the words."""
    for length in range(min(_MOST_WORDS, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            if keys := names.get(tuple(words[start : start + length])):
                return keys
    return ()


def forms(name: str) -> list[tuple[str, ...]]:
    """The words by which a municipality is known: its whole name, without brackets, without what stands behind a slash,
    without what tells it from its namesakes.

    >>> forms("Freiburg im Breisgau, Stadt")
    [('freiburg', 'i', 'breisgau'), ('freiburg',)]
    """
    plain = name.split(",")[0].strip()
    bare = _BRACKETS.sub("", plain).strip()
    found = [words_of(plain), words_of(bare), words_of(bare.split("/")[0])]
    for form in found[:]:
        cut = next((place for place, word in enumerate(form) if place and word in _TAILS), None)
        if cut is not None:
            found.append(form[:cut])
    return [form for form in dict.fromkeys(found) if form]


def _bodies(bodies: Iterable[Body]) -> tuple[
    dict[tuple[str, ...], tuple[str, ...]], dict[tuple[str, ...], tuple[tuple[str, str], ...]], dict[tuple[str, ...], str]
]:  # fmt: skip
    districts: dict[tuple[str, ...], list[str]] = defaultdict(list)
    associations: dict[tuple[str, ...], list[tuple[str, str]]] = defaultdict(list)
    states: dict[tuple[str, ...], str] = {}
    for body in bodies:
        whole = words_of(body.name)
        if body.kind == "state":
            states[whole] = body.key
        elif body.kind == "district":
            for form in {whole, tuple(word for word in whole if word not in ("kreis", "landkreis"))}:
                districts[form].append(body.key)
        else:
            short = whole[1:] if whole and whole[0] in _ASSOCIATION else whole
            for form in {whole, short}:
                associations[form].append((body.key, body.type))
    return (
        {form: tuple(keys) for form, keys in districts.items() if form},
        {form: tuple(keys) for form, keys in associations.items() if form},
        {form: key for form, key in states.items() if form and key not in CITY_STATES},
    )


def _adjectives(
    places: Mapping[tuple[str, ...], tuple[str, ...]],
    types: Mapping[str, str],
    inhabitants: Mapping[str, int],
) -> dict[str, str]:
    """`leipziger`, `muenchner` … of the great cities; those that two cities share are left out."""
    found: dict[str, set[str]] = defaultdict(set)
    for form, keys in places.items():
        great = [key for key in keys if inhabitants.get(key, 0) >= _GREAT]
        if len(form) == 1 and len(keys) == 1 and great and "tadt" in types[great[0]]:
            name = form[0]
            stems = [name, *([name[:-2], f"{name[:-2]}n"] if name.endswith("en") else [])]
            for stem in stems:
                found[f"{stem}er"].add(great[0])
    return {word: keys.pop() for word, keys in found.items() if len(keys) == 1}
