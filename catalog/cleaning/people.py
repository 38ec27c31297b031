"""Personal data: which mailboxes belong to an office, and which names are those of people (law 9).

The rule errs on the side of the person for addresses (what is not known to be an office's mailbox is
personal) and on the side of the publisher for names (what shows no sign of a person is a body):
a lost address can be looked up on the portal, a lost publisher cannot.
"""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Final

from catalog.vocabulary import fold, read_table


@cache
def _words(kind: str) -> frozenset[str]:
    """The folded words of one kind in `person-words.csv`."""
    return frozenset(row["word"] for row in read_table("person-words") if row["kind"] == kind)


@cache
def _endings(kind: str) -> tuple[str, ...]:
    return tuple(_words(kind))


_LONGEST: Final = 320  # an address has at most 254 characters (RFC 5321), a name hardly more
_SEPARATORS: Final = re.compile(r"[._+\-]+")
# `amt61`, `fb-20`, `a61`, `62.1`, `iii2.7`: the number of an office, with or without its kind.
_NUMBERED: Final = re.compile(
    r"(?:amt|fb|fd|fg|dez|abt|abteilung|ref|referat|sg|team|stab|fachbereich|fachdienst|dezernat|amt[._-]?nr)?"
    r"[._\-]?(?:[ivx]{1,4}[._\-]?)?[a-z]?\d{1,3}(?:[._\-]?\d{1,3}){0,3}[a-z]?",
    re.ASCII,
)
_INITIAL: Final = re.compile(r"[a-z]{1,2}", re.ASCII)


def _ends_like(word: str, endings: tuple[str, ...]) -> bool:
    """`stadtplanungsamt` ends like an office; the ending alone or after one letter does not count."""
    return word.endswith(endings) and any(
        word.endswith(ending) and len(word) >= len(ending) + 2 for ending in endings
    )


def _is_office_word(word: str) -> bool:
    return word in _words("mailbox") or _ends_like(word, _endings("mailbox-ending"))


def _has_number_of_office(token: str) -> bool:
    """`geo62`, `contact1`: a word of an office with a number behind it."""
    word = token.rstrip("0123456789")
    return word != token and _is_office_word(word)


def _looks_like_a_name(tokens: list[str], local: str) -> bool:
    """`v.nachname` and `vorname.nachname`, even where the surname is a word of offices (Amt, Markt)."""
    if len(tokens) < 2 or "-" in local or "_" in local:
        return False
    return _INITIAL.fullmatch(tokens[0]) is not None or tokens[0] in _words("given-name")


@lru_cache(maxsize=16_384)
def is_function_mailbox(address: str) -> bool:
    """Whether an e-mail address (with or without `mailto:`) is that of an office, not of a person.

    An office's: a word of offices or tasks (`info`, `opendata`, `stadtplanung`, `…amt`, `…stelle`), the
    number of an office (`amt-61`, `62.1`) or the name of the domain itself. Everything else is a
    person's: `vorname.nachname`, `v.nachname`, `nachname`, and whatever is unknown.
    """
    local, sign, domain = fold(address.strip()).removeprefix("mailto:").rpartition("@")
    if not sign or not local or len(address) > _LONGEST:
        return False
    tokens = [token for token in _SEPARATORS.split(local) if token]
    if not tokens or _looks_like_a_name(tokens, local):
        return False
    if local in _words("mailbox") or "".join(tokens) in _words("mailbox") or _NUMBERED.fullmatch(local):
        return True
    if any(_is_office_word(token) or _has_number_of_office(token) for token in tokens):
        return True
    return _is_name_of_domain(local, domain)


def _is_name_of_domain(local: str, domain: str) -> bool:
    """`musterstadt@musterstadt.de`, `stadt-musterstadt@musterstadt.de`."""
    labels = domain.split(".")[:-1]
    parts = {part for label in labels for part in (label, *label.split("-")) if len(part) > 3}
    return local in parts


_TOKEN: Final = re.compile(r"[^\W_]+(?:['’`-][^\W_]+)*\.?")
# Looks ahead first, so that at most letters one look is enough.
_SEGMENTS: Final = re.compile(
    r"(?=[\s;|/():])(?:\s*[;|/()\n\r]\s*|\s+(?:[–—-]|c/o|z\.\s?hd\.?|&)\s+|\s*:\s+)"
)
_SALUTED: Final = re.compile(
    r"\b(?:Herrn?|Frau|Hr\.|Fr\.|Mrs?\.?|Ms\.?)\s+(?:(?:Prof|Dr|Dipl)\S*\s+)*[A-ZÄÖÜ][\w'’-]+"
)
_LOWER_PARTICLES: Final = frozenset(
    {
        "von",
        "vom",
        "zu",
        "zum",
        "zur",
        "van",
        "der",
        "den",
        "de",
        "da",
        "di",
        "del",
        "la",
        "le",
        "ten",
        "ter",
        "y",
    }
)
_MOST_TOKENS: Final = 5


def _tokens(text: str) -> list[str]:
    """Words of a name without degrees; an initial keeps its full stop."""
    degrees = _words("degree")
    found: list[str] = _TOKEN.findall(text)
    return [
        token
        for token in found
        if fold(token).rstrip(".") not in degrees or (len(token) == 2 and token[1] == ".")
    ]


def _is_body(tokens: list[str]) -> bool:
    """Whether one of the words is that of an organisation (`Stadt`, `GmbH`, `…verband`)."""
    for token in tokens:
        word = fold(token).rstrip(".")
        if not _words("organisation").isdisjoint((word, *word.split("-"))):
            return True
        if _ends_like(word, _endings("organisation-ending")) and word not in _words("given-name"):
            return True
    return False


def _is_initial(token: str) -> bool:
    return len(token) == 2 and token[0].isupper() and token[1] == "."


def _is_middle_initial(token: str) -> bool:
    return token[0].isupper() and (len(token) == 1 or _is_initial(token))


def _is_given(token: str) -> bool:
    """A known given name, also as the first half of a double name (`Karl-Heinz`)."""
    word = fold(token)
    return word in _words("given-name") or ("-" in word and word.split("-")[0] in _words("given-name"))


def _is_surname(token: str) -> bool:
    return len(token) > 1 and not token.endswith(".") and not any(char.isdigit() for char in token)


def _is_full_name(segment: str) -> bool:
    """`Vorname Nachname`, `V. Nachname`, `Nachname, Vorname`, with particles and several given names."""
    if "@" in segment or any(map(str.isdigit, segment)):
        return False
    if segment.count(",") == 1:
        last, _, first = segment.partition(",")
        before, after = _tokens(last), _tokens(first)
        short = 0 < len(before) <= 3 and 0 < len(after) <= 3
        if short and _is_first(after[0]) and not _is_body(before + after):
            return True
    tokens = [token for token in _tokens(segment.split(",", 1)[0]) if fold(token) not in _LOWER_PARTICLES]
    if not 2 <= len(tokens) <= _MOST_TOKENS:
        return False
    if len(tokens) == 2 and _is_given(tokens[0]) and fold(tokens[1]) in _words("surname-too"):
        return True
    begins = _is_first(tokens[0]) or (
        len(tokens) == 3 and _is_middle_initial(tokens[1]) and _is_surname(tokens[0])
    )
    return begins and _is_surname(tokens[-1]) and not _is_body(tokens)


def _is_first(token: str) -> bool:
    return _is_given(token) or _is_initial(token)


_DEGREE: Final = re.compile(
    r"\s*(?:(?:prof|dr|dipl|mag)\.?(?:-ing|-geogr|-inf|-phil|-med)?\.?\s+)+((?:[A-ZÄÖÜ][\w'’-]+\s*){1,3})",
    re.IGNORECASE,
)


def _has_degree(name: str) -> bool:
    """`Dr. Nachname`, `Prof. Dr. Vorname Nachname`: a degree before one to three words and nothing else."""
    found = _DEGREE.fullmatch(name)
    return found is not None and not _is_body(_TOKEN.findall(found[1]))


def _belongs_to(name: str, address: str) -> bool:
    """Whether a personal address has the last or first word of a name in it (`bseo@`, `Byung-Il Seo`)."""
    local = re.sub(r"[^a-z]", "", fold(address).removeprefix("mailto:").rpartition("@")[0])
    words = [fold(token).strip(".") for token in _tokens(name)]
    long_words = [word for word in words if len(word) > 2]
    if not local or not long_words or len(words) > _MOST_TOKENS or _is_body(words):
        return False
    return any(word.replace("-", "") in local for word in (long_words[0], long_words[-1]))


@lru_cache(maxsize=16_384)
def is_person(name: str, address: str = "") -> bool:
    """Whether `name` is, or contains, the name of a natural person.

    Signs of one: Herr or Frau before a name; a degree before a single word; `Vorname Nachname` or
    `Nachname, Vorname` with a known given name or an initial, in any part of the text that has no word
    of an organisation; a personal e-mail address as name; or `address`, the mailbox given beside it,
    when that is personal and contains the name.
    """
    name = " ".join(name.split()) if "\n" not in name else name.strip()
    if not name or len(name) > _LONGEST:
        return False
    if "@" in name and " " not in name:
        return not is_function_mailbox(name)
    if _SALUTED.search(name) or _has_degree(name):
        return True
    if any(map(_is_full_name, dict.fromkeys([name, *_parts(name)]))):
        return True
    return "@" in address and not is_function_mailbox(address) and _belongs_to(name, address)


def _parts(name: str) -> list[str]:
    """What stands between brackets, dashes, semicolons and commas, each for itself."""
    segments = [part for part in _SEGMENTS.split(name) if part]
    return [*segments, *(part for segment in segments for part in segment.split(",") if "," in segment)]


def drop_person(name: str, address: str = "") -> str:
    """`name`, or "" where it is the name of a person."""
    return "" if is_person(name, address) else name


_TITLES: Final = re.compile(r"(?:Herrn?|Frau|Hr\.|Fr\.|Mrs?\.?|Ms\.?|Prof\.|Dr\.|Dipl\.-?\w*\.?)")


def name_length(words: Sequence[str]) -> int:
    """How many of these words, from the first on, are the name of a person; 0 where none is.

    Salutation and degrees, known given names or initials, particles, and one surname; or `Nachname, Vorname`. A surname
    alone counts behind a salutation or degree only.
    """
    begin = 0
    while begin < len(words) and _TITLES.fullmatch(words[begin]):
        begin += 1
    end = begin
    while end < len(words) - 1 and not words[end].endswith(",") and _is_first(words[end].rstrip(",")):
        end += 1
    if end == begin and len(words) > begin + 1 and words[begin].endswith(",") and _is_first(words[begin + 1]):
        return begin + 2
    given = end > begin
    while end < len(words) - 1 and words[end] in _LOWER_PARTICLES:
        end += 1
    if end >= len(words) or not (given or begin):
        return 0
    name = [word.rstrip(",.") for word in words[begin : end + 1]]
    return 0 if _is_body(name[-1:]) and fold(name[-1]) not in _words("surname-too") else end + 1
