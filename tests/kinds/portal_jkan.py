"""A loopback JKAN site: a list and a page for each of five datasets."""

from __future__ import annotations

from loopback import Routes, as_json, fixed, text


def portal(epoch: int, broken: bool) -> Routes:
    """In epoch 1 dataset 5 is gone, 6 new and 2 changed; `broken`: the page of 3 is no HTML."""
    numbers = [1, 2, 3, 4, 5] if epoch == 0 else [1, 2, 3, 4, 6]
    items = [
        {"title": f"Satz {n}", "organization": "Stadt Birkenau", "url": f"/datasets/satz-{n}/"}
        for n in numbers
    ]
    home = text('<!doctype html><meta name="generator" content="Jekyll v4"><p>Powered by JKAN</p>')
    routes = {"/": fixed(home), "/datasets.json": fixed(as_json(items))}
    for number in numbers:
        changed = "-neu" if epoch and number == 2 else ""
        page = (
            f'<!doctype html><h2>Resources</h2><ul><li property="dcat:distribution">'
            f'<a href="/files/{number}{changed}.csv">Datei</a></li></ul>'
        )
        routes[f"/datasets/satz-{number}/"] = fixed(text("null" if broken and number == 3 else page))
    return routes
