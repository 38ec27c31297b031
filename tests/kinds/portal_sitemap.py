"""A website that describes datasets in its pages: robots.txt, an index, one packed sitemap of two."""

from __future__ import annotations

from typing import Any

from fleet.products.sitemap import website
from fleet.routes import Routes, sound, spoilt_by

COUNT = 6


def item(number: int, epoch: int) -> dict[str, Any]:
    title = f"Datensatz {number}" + (" (neu)" if epoch and number == 1 else "")
    found = {"@context": "https://schema.org", "@type": "Dataset", "name": title, "identifier": f"d{number}"}
    files = [{"@type": "DataDownload", "contentUrl": f"https://daten.example/{number}.csv"}]
    return {**found, "distribution": files}


def portal(epoch: int, broken: bool) -> Routes:
    """Epoch 1: dataset 1 has another title, the last one is gone. Broken: the page of dataset 2 answers 500."""
    pages = {str(number): item(number, epoch) for number in range(COUNT - epoch)}
    return website(pages, spoilt_by(pages["2"]) if broken else sound)
