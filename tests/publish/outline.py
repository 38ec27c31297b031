"""A page as the tests look at it: its tags with their attributes, and its text."""

import re
from collections.abc import Iterable
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit


class Outline(HTMLParser):
    """The tags and the words of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def text(self) -> str:
        """The words with single blanks."""
        return " ".join(self.words.split())

    def links(self) -> set[str]:
        """The addresses of all links within the site."""
        return {str(item["href"]) for item in self.all("a") if str(item.get("href")).startswith("/")}


def one_of_each(addresses: Iterable[str]) -> list[str]:
    """Of addresses that differ only in values (the words of their query, what comes second in their path) the first."""
    found: dict[object, str] = {}
    for address in sorted(addresses):
        parts = urlsplit(address)
        shape = re.sub(r"^(/[^/.]*)/[^/.]+", r"\1/*", parts.path)
        found.setdefault((shape, *sorted(dict(parse_qsl(parts.query)))), address)
    return list(found.values())
