"""What a page says, without its mark-up: text, tags with their attributes, tables by their rows."""

import re
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

_WHITE = re.compile(r"\s+")


class Page(HTMLParser):
    """A page that was parsed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.said = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.said += " "

    def handle_data(self, data: str) -> None:
        self.said += data

    @property
    def text(self) -> str:
        """All text, white space as one blank."""
        return _WHITE.sub(" ", self.said).strip()

    @property
    def links(self) -> list[str]:
        """The addresses of all links."""
        return [str(item.get("href")) for item in self.all("a")]

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of all tags of a name."""
        return [attributes for name, attributes in self.tags if name == tag]


def sound(answer: Any, language: str) -> Page:
    """A page that is well made: checks what holds for every page of ours, and returns it."""
    page = Page(answer.text)
    assert answer.status_code == 200
    assert page.all("html") == [{"lang": language}]
    assert len(page.all("h1")) == len(page.all("main")) == 1
    assert page.all("script") == []
    assert not [
        item for _, item in page.tags if "style" in item or any(name.startswith("on") for name in item)
    ]
    assert all(item.get("scope") for item in page.all("th"))
    heads = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert all(later <= earlier + 1 for earlier, later in pairwise(heads))
    assert [item for item in page.all("a") if not re.match(r"/|#|https?://", str(item["href"]))] == []
    assert len(answer.content) < 150_000
    return page
