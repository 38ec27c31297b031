"""A folder of Turtle files with a folder in it, as nginx lists it."""

from __future__ import annotations

from fleet.products.rdf_folder import BROKEN, folder
from fleet.routes import Routes

COUNT = 5


def turtle(number: int, epoch: int) -> str:
    title = f"Datensatz {number}" + (" (neu)" if epoch and number == 1 else "")
    return (
        "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .\n"
        f'<https://daten.example/{number}> a dcat:Dataset ; dct:title "{title}" .'
    )


def portal(epoch: int, broken: bool) -> Routes:
    """Epoch 1: file 1 has another title, the last file is gone. Broken: file 2 is no Turtle."""
    files = {f"{number}.ttl": turtle(number, epoch) for number in range(COUNT - epoch)}
    if broken:
        files["2.ttl"] = BROKEN
    top = [f"{number}.ttl" for number in range(3)]
    return folder(
        {name: files[name] for name in top}, {name: files[name] for name in files if name not in top}
    )
