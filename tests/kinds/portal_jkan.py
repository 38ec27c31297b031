"""A loopback JKAN site: a list and a page for each of five datasets."""

from __future__ import annotations

from fleet.products.jkan import Shown, pages
from fleet.routes import Routes


def portal(epoch: int, broken: bool) -> Routes:
    """In epoch 1 dataset 5 is gone, 6 new and 2 changed; `broken`: the page of 3 is no HTML."""
    return pages([_shown(n, epoch, broken and n == 3) for n in (1, 2, 3, 4, 6 if epoch else 5)])


def _shown(number: int, epoch: int, broken: bool) -> Shown:
    item = {"title": f"Satz {number}", "organization": "Stadt Birkenau", "url": f"/datasets/satz-{number}/"}
    changed = "-neu" if epoch and number == 2 else ""
    page = (
        f'<!doctype html><h2>Resources</h2><ul><li property="dcat:distribution">'
        f'<a href="/files/{number}{changed}.csv">Datei</a></li></ul>'
    )
    return Shown(item, page, broken)
