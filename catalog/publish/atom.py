"""Changes as an Atom feed (RFC 4287): what came, changed, went and returned, the newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from catalog.publish.tidying import safe_text

ATOM_TYPE = "application/atom+xml; charset=utf-8"
_LONGEST_TITLE = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """One change: its number, the key and title of the dataset, what happened, when (UTC), which fields, which portal."""

    number: int
    key: str
    title: str
    event: str
    at: str
    fields: Sequence[str]
    portal: str
    publisher: str


def atom(
    base: str, path: str, title: str, page: str, updated: str, entries: Sequence[Entry], words: str
) -> bytes:
    """The feed at `path` below `base`; `page`: the same for people, `words`: the language of the texts."""
    address = f"{base}{path}"
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={quoteattr(words)}>',
        f"<id>{_text(address)}</id>",
        f"<title>{_text(title)}</title>",
        f"<updated>{_text(updated)}</updated>",
        "<author><name>Bestand</name></author>",
        f'<link rel="self" type="application/atom+xml" href={quoteattr(address)}/>',
        f'<link rel="alternate" type="text/html" href={quoteattr(page)}/>',
        *(_entry(base, entry) for entry in entries),
        "</feed>",
    ]
    return "\n".join(parts).encode("utf-8", "replace")


def _entry(base: str, entry: Entry) -> str:
    page = f"{base}/dataset/{entry.key}"
    fields = f": {', '.join(entry.fields)}" if entry.fields else ""
    return (
        f"<entry><id>{_text(page)}#{entry.number}</id><title>{_text(entry.title)}</title>"
        f"<updated>{_text(entry.at)}</updated><author><name>{_text(entry.publisher or entry.portal)}</name></author>"
        f'<link rel="alternate" type="text/html" href={quoteattr(page)}/>'
        f'<link rel="alternate" type="text/turtle" href={quoteattr(page + ".ttl")}/>'
        f"<summary>{_text(entry.event)}{_text(fields)} – {_text(entry.portal)}</summary></entry>"
    )


def _text(text: str) -> str:
    """Text that XML may hold, cut where nobody reads on."""
    return escape(safe_text(text)[:_LONGEST_TITLE])
