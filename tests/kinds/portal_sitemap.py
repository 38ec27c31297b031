"""A website that describes datasets in its pages: robots.txt, an index, one packed sitemap of two."""

from __future__ import annotations

import gzip
from collections.abc import Mapping

import orjson
from loopback import Answer, Routes, fixed, text

COUNT = 6


def page(number: int, epoch: int) -> Answer:
    title = f"Datensatz {number}" + (" (neu)" if epoch and number == 1 else "")
    found = {"@context": "https://schema.org", "@type": "Dataset", "name": title, "identifier": f"d{number}"}
    found["distribution"] = [{"@type": "DataDownload", "contentUrl": f"https://daten.example/{number}.csv"}]
    return text(f'<html><script type="application/ld+json">{orjson.dumps(found).decode()}</script></html>')


def portal(epoch: int, broken: bool) -> Routes:
    """Epoch 1: dataset 1 has another title, the last one is gone. Broken: the page of dataset 2 answers 500."""
    numbers = range(COUNT - epoch)

    def listed(start: int, stop: int, headers: Mapping[str, str]) -> bytes:
        here = f"http://{headers['host']}/datensaetze"
        locs = "".join(
            f"<url><loc>{here}/{number}</loc></url>" for number in numbers if start <= number < stop
        )
        return f"<urlset>{locs}<url><loc>http://{headers['host']}/rathaus</loc></url></urlset>".encode()

    def index(query: Mapping[str, str], headers: Mapping[str, str], body: bytes) -> Answer:
        names = ("sitemap-a-data.xml", "sitemap-b-data.xml.gz", "sitemap-seiten.xml")
        locs = "".join(f"<sitemap><loc>http://{headers['host']}/{name}</loc></sitemap>" for name in names)
        return text(f"<sitemapindex>{locs}</sitemapindex>", "application/xml")

    pages = {f"/datensaetze/{number}": fixed(page(number, epoch)) for number in numbers}
    if broken:
        pages["/datensaetze/2"] = fixed(text("oops", status=500))
    return {
        "/": fixed(text("<html><title>Neuwald</title></html>")),
        "/robots.txt": fixed(text("User-agent: *\nSitemap: /sitemap-data-index.xml\n", "text/plain")),
        "/sitemap-data-index.xml": index,
        "/sitemap-a-data.xml": lambda query, headers, body: text(listed(0, 3, headers), "application/xml"),
        "/sitemap-b-data.xml.gz": lambda query, headers, body: text(
            gzip.compress(listed(3, 9, headers)), "application/x-gzip"
        ),
        **pages,
    }
