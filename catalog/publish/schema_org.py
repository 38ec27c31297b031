"""A dataset as schema.org describes it, for search engines (schema.org/Dataset)."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

_LONGEST, _WORD, _WORDS = 5000, 200, 100
"""Characters of a description and of a keyword, and keywords: what is longer tells search engines nothing."""


def dataset_json(page: str, facts: Mapping[str, Any], files: Sequence[Mapping[str, Any]]) -> str:
    """JSON-LD that may stand in a `<script>`: no `<`, `>` or `&` in it.

    `facts`: title, description, identifier, license, publisher, issued, modified, keywords (list), landing_page;
    `files`: title, download_url, access_url, format, byte_size. Empty values are left out.
    """
    found = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": page,
        "url": page,
        "name": facts["title"],
        "description": str(facts["description"] or facts["title"])[:_LONGEST],
        "identifier": facts["identifier"],
        "license": facts["license"],
        "keywords": [word[:_WORD] for word in (facts["keywords"] or ())[:_WORDS]],
        "datePublished": facts["issued"],
        "dateModified": facts["modified"],
        "sameAs": facts["landing_page"],
        "creator": {"@type": "Organization", "name": facts["publisher"]} if facts["publisher"] else None,
        "distribution": [_download(item) for item in files],
    }
    text = orjson.dumps({name: value for name, value in found.items() if value}).decode()
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _download(item: Mapping[str, Any]) -> dict[str, Any]:
    found = {
        "@type": "DataDownload",
        "name": item["title"],
        "contentUrl": item["download_url"] or item["access_url"],
        "encodingFormat": item["format"],
        "contentSize": str(item["byte_size"]) if item["byte_size"] else "",
    }
    return {name: value for name, value in found.items() if value}
