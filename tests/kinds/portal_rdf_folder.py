"""A folder of Turtle files with a folder in it, as nginx lists it."""

from __future__ import annotations

from loopback import Routes, fixed, text

COUNT = 5


def listing(path: str, names: list[str]) -> str:
    links = "".join(f'<a href="{name}">{name}</a> 01-Feb-2026 08:00 1\n' for name in names)
    return f"<html><head><title>Index of {path}</title></head><body><pre>{links}</pre></body></html>"


def turtle(number: int, epoch: int) -> str:
    title = f"Datensatz {number}" + (" (neu)" if epoch and number == 1 else "")
    return (
        "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .\n"
        f'<https://daten.example/{number}> a dcat:Dataset ; dct:title "{title}" .'
    )


def portal(epoch: int, broken: bool) -> Routes:
    """Epoch 1: file 1 has another title, the last file is gone. Broken: file 2 is no Turtle."""
    numbers = range(COUNT - epoch)
    names = [f"{number}.ttl" for number in numbers if number < 3]
    deeper = [f"{number}.ttl" for number in numbers if number >= 3]
    files = {f"/rdf/{'mehr/' * (number > 2)}{number}.ttl": turtle(number, epoch) for number in numbers}
    if broken:
        files["/rdf/2.ttl"] = "{{{ das ist kein Turtle"
    return {
        "/rdf/": fixed(text(listing("/rdf/", ["mehr/", *names, "rest.json"]))),
        "/rdf/mehr/": fixed(text(listing("/rdf/mehr/", deeper))),
        "/rdf/rest.json": fixed(text('{"a": 1}', "application/json")),
        **{path: fixed(text(body, "text/plain")) for path, body in files.items()},
    }
