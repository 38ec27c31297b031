"""A loopback DUVA: a folder with a table of files, one a dataset."""

from __future__ import annotations

from fleet.products.duva import export
from fleet.routes import Routes

FILES = ("einwohner", "haushalte", "wahlen", "wanderungen")


def portal(epoch: int, broken: bool) -> Routes:
    """In epoch 1 `wanderungen` is gone, `geburten` new and `wahlen` changed; `broken`: a file breaks off."""
    names = FILES if epoch == 0 else (*FILES[:3], "geburten")
    files = {name: _turtle(name, epoch) for name in names}
    if broken:
        files["haushalte"] = files["haushalte"][: len(files["haushalte"]) // 2]
    return export(files)


def _turtle(name: str, epoch: int) -> str:
    place = f"https://statistik.steinfeld.example/duva2dcat/dataset/{name}"
    title = f"{name.title()} {2024 + epoch}" if name == "wahlen" else name.title()
    return (
        "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .\n"
        f'<{place}> a dcat:Dataset ; dct:title "{title}" ; dct:identifier "{name}" ;\n'
        f"  dcat:distribution <{place}/content.csv> .\n"
        f"<{place}/content.csv> a dcat:Distribution ; dcat:accessURL <{place}/content.csv> .\n"
    )
