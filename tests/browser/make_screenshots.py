"""`python tests/browser/make_screenshots.py DATABASE [FOLDER] [--only WORD] [--readme]`: every page as people see it.

Each page is taken light, dark, on a phone and on paper, in German and in English, and looked at by axe-core; ends with 1 where
that finds anything or a page complains.
"""

from __future__ import annotations

import argparse
import base64
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from axe import program, there, violations
from chromium_pipe import Chromium

from catalog.publish.serve import application, settings

PAGES = {
    "overview": "/",
    "municipalities": "/municipalities",
    "municipality": "/municipality/{town}",
    "municipality-small": "/municipality/{small}",
    "municipality-silent": "/municipality/{silent}",
    "datasets": "/datasets",
    "search": "/datasets?q=kataster",
    "search-filtered": "/datasets?q=baum&theme=ENVI&open=yes",
    "search-nothing": "/datasets?q=spielplaz",
    "dataset": "/dataset/{dataset}",
    "models": "/models",
    "models-town": "/models?town={town}",
    "model": "/model/{model}",
    "together": "/together",
    "together-town": "/together?town={town}",
    "quality": "/quality",
    "quality-check": "/quality/keywordAvailability",
    "portals": "/portals",
    "portal": "/portal/{portal}",
    "runs": "/runs",
    "run": "/run/{run}",
    "changes": "/changes",
    "method": "/method",
    "check": "/check",
    "inventory": "/inventory",
    "downloads": "/downloads",
    "imprint": "/legal/imprint",
    "privacy": "/legal/privacy",
    "accessibility": "/legal/accessibility",
    "easy-language": "/legal/easy-language",
    "not-there": "/nirgends",
    "raw": "/bestand",
    "raw-table": "/bestand/dataset?_size=20",
}
_KEYS = {
    "town": "select ags from dataset where ags is not null group by ags order by count(*) desc limit 1",
    "small": "select ags from dataset join municipality using (ags) group by ags order by population limit 1",
    "silent": "select ags from municipality where ags not in (select ags from dataset where ags is not null)"
    " and not coalesce(unincorporated, 0) order by population desc limit 1",
    "dataset": "select key from dataset where gone_run is null and ags is not null order by distributions desc, id limit 1",
    "model": "select model from model_town group by model order by count(*) desc limit 1",
    "portal": "select key from portal join stat_portal on portal = portal.id order by datasets desc limit 1",
    "run": "select max(id) from run where command = 'crawl'",
}
LOOKS = {"light": (1280, False), "dark": (1280, True), "phone": (390, False)}
README = {"overview": "/", "municipality": "/municipality/{town}", "models": "/models"}
"""The three that stand in the README."""


@contextmanager
def served(path: Path) -> Iterator[str]:
    """A catalogue on a loopback port; its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(
            uvicorn.Config(application(path, settings=settings()).app(), log_level="critical")
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


def known(path: Path) -> dict[str, str]:
    """What stands for the names in the addresses; `none` where the catalogue has no such thing."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as conn:
        return {name: str((conn.execute(sql).fetchone() or ("none",))[0]) for name, sql in _KEYS.items()}


def take(browser: Any, address: str, name: str, folder: Path) -> list[str]:
    """All looks of one page; returns what is wrong with it."""
    wrong: list[str] = []
    for look, (width, dark) in LOOKS.items():
        said = browser.open(address, width, dark=dark)
        browser.picture(folder / f"{name}-{look}.png")
        over = browser.evaluate("document.documentElement.scrollWidth") - width
        raw = "/bestand" in address
        found = [*said, *([f"{over} px too wide"] if over > 0 and not raw else [])]
        found += violations(browser, wcag_only=raw) if there() else []
        wrong += [f"{name} {look}: {one}" for one in found if "404" not in one]
    _print(browser, folder / name)
    return wrong


def _print(browser: Any, path: Path) -> None:
    """The page on paper: PDF, and its pages as pictures where poppler is there."""
    found = browser.call("Page.printToPDF", printBackground=True, preferCSSPageSize=True)
    pdf = path.with_name(f"{path.name}-print.pdf")
    pdf.write_bytes(base64.b64decode(found["data"]))
    if shutil.which("pdftoppm"):
        subprocess.run(["pdftoppm", "-png", "-r", "70", pdf, pdf.with_suffix("")], check=True)


def for_readme(browser: Any, at: str, names: dict[str, str], folder: Path) -> None:
    """The pictures of the README, as wide as it shows them."""
    for name, path in README.items():
        browser.call("Emulation.setScrollbarsHidden", hidden=True)
        browser.open(f"{at}{path.format(**names)}?lang=en", 1100, 1000)
        found = browser.call(
            "Page.captureScreenshot",
            format="png",
            clip={"x": 0, "y": 0, "width": 1100, "height": 1000, "scale": 1},
        )
        (folder / f"{name}.png").write_bytes(base64.b64decode(found["data"]))


def main() -> None:
    """Take the pictures; ends with 1 where a page is at fault."""
    parser = argparse.ArgumentParser(description="Pictures of every page.")
    parser.add_argument("database", type=Path)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("build/screenshots"))
    parser.add_argument("--only", default="", help="pages whose name holds this word")
    parser.add_argument("--language", choices=("de", "en"), help="one language only")
    parser.add_argument(
        "--readme", type=Path, help="write the pictures of the README into this folder instead"
    )
    options = parser.parse_args()
    if not program():
        sys.exit("chromium is not installed")
    with served(options.database) as at, Chromium(program()) as browser:
        names = known(options.database)
        if options.readme:
            for_readme(browser, at, names, options.readme)
            return
        wrong = list(_all(browser, at, names, options))
    print(f"{options.folder}: {len(list(options.folder.rglob('*.png')))} pictures; {len(wrong)} faults")
    sys.exit(1 if wrong else 0)


def _all(browser: Any, at: str, names: dict[str, str], options: argparse.Namespace) -> Iterator[str]:
    for language in (options.language,) if options.language else ("de", "en"):
        folder = options.folder / language
        folder.mkdir(parents=True, exist_ok=True)
        for name, path in PAGES.items():
            if options.only in name:
                for wrong in take(browser, at + _spoken(path.format(**names), language), name, folder):
                    print(wrong, flush=True)
                    yield wrong


def _spoken(path: str, language: str) -> str:
    """The address in a language; raw tables would take the argument for a filter."""
    if path.startswith("/bestand"):
        return path
    return f"{path}{'&' if '?' in path else '?'}lang={language}"


if __name__ == "__main__":
    main()
