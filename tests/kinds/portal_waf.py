"""A folder of ISO XML with a folder inside, in two epochs; one of its files may be broken."""

from __future__ import annotations

from loopback import Routes, fixed, text
from portal_csw import SPACES, metadata


def _file(number: int, epoch: int) -> str:
    return metadata(number, epoch).replace("<gmd:MD_Metadata>", f"<gmd:MD_Metadata {SPACES}>", 1)


def _index(path: str, names: list[str]) -> str:
    lines = "\n".join(f'<a href="{name}">{name}</a>    01-Feb-2026 12:00    100' for name in names)
    return f'<html><head><title>Index of {path}</title></head><body><pre><a href="../">../</a>\n{lines}</pre></body></html>'


def portal(epoch: int, broken: bool) -> Routes:
    """Epoch 1: file 3 has another title, file 15 is gone. Broken: file 4 breaks off."""
    top, deep = range(1, 10), range(11, 16 - epoch)
    names = [f"{number}.xml" for number in top]
    routes = {
        "/waf/": fixed(text(_index("/waf/", ["tief/", *names, "liesmich.txt", "sitemap.xml"]))),
        "/waf/tief/": fixed(text(_index("/waf/tief/", [f"{number}.xml" for number in deep]))),
        "/waf/sitemap.xml": fixed(text("<urlset/>", "application/xml")),
    }
    for number in [*top, *deep]:
        folder = "/waf/" if number in top else "/waf/tief/"
        body = _file(number, epoch)
        body = body[: len(body) // 2] if broken and number == 4 else body
        routes[f"{folder}{number}.xml"] = fixed(text(body, "application/xml"))
    return routes
