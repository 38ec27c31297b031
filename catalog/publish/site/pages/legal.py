"""Imprint, privacy, accessibility, easy language: from the operator's own Markdown, else from templates to be filled in."""

from __future__ import annotations

import asyncio
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from datasette import NotFound, Response

from catalog.publish.site import markdown
from catalog.publish.site.visit import Visit

NAMES = ("imprint", "privacy", "accessibility", "easy-language")
LONGEST = 200_000
"""Characters of a page of the operator's that are shown."""


class Words(NamedTuple):
    """A page's Markdown, its language, and whether it is only the template that ships with the program."""

    text: str
    language: str
    template: bool


async def show(datasette: Any, request: Any) -> Response:
    """One of the pages. `legal` in the plugin's configuration or BESTAND_LEGAL names the operator's folder, which holds
    `imprint.de.md`, `imprint.en.md` and so on."""
    name = request.url_vars["name"]
    if name not in NAMES:
        raise NotFound(name)
    visit = Visit(datasette, request)
    words = await asyncio.to_thread(_words, visit.setting("legal", "BESTAND_LEGAL"), name, visit.reader)
    title, body = markdown.render(words.text)
    context = {"name": name, "title": title, "body": body, "words": words}
    return await visit.page("legal", context)


def _words(folder: str, name: str, reader: Any) -> Words:
    """The operator's page in the reader's language, else in the other, else the template."""
    for language in (reader.language, reader.other) if folder else ():
        try:
            text = (Path(folder) / f"{name}.{language}.md").read_text("utf-8", errors="replace")
        except OSError:
            continue
        return Words(text[:LONGEST], language, False)
    shipped = files("catalog.publish.site") / "legal" / f"{name}.{reader.language}.md"
    return Words(shipped.read_text(encoding="utf-8"), reader.language, True)
