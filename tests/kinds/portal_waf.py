"""A folder of ISO XML with a folder inside, in two epochs; one of its files may be broken."""

from __future__ import annotations

from fleet.products.waf import folder
from fleet.routes import Routes
from portal_csw import SPACES, metadata


def _file(number: int, epoch: int) -> str:
    return metadata(number, epoch).replace("<gmd:MD_Metadata>", f"<gmd:MD_Metadata {SPACES}>", 1)


def portal(epoch: int, broken: bool) -> Routes:
    """Epoch 1: file 3 has another title, file 15 is gone. Broken: file 4 breaks off."""
    top = {f"{number}.xml": _file(number, epoch) for number in range(1, 10)}
    if broken:
        top["4.xml"] = top["4.xml"][: len(top["4.xml"]) // 2]
    return folder(top, {f"{number}.xml": _file(number, epoch) for number in range(11, 16 - epoch)})
