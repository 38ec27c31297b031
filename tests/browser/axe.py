"""axe-core in the page that a browser shows: what breaks WCAG 2.2 A or AA, in one line for each rule."""

import json
import shutil
from hashlib import sha256
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
DIGEST = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
"""Of axe-core 4.14.1, so that what runs in the browser is known."""
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# Left out: the editor for SQL that a script of Datasette puts into its own pages.
_RUN = """axe.run({exclude: ['.CodeMirror', '.cm-editor']}, {runOnly: %s, resultTypes: ['violations']}).then(found => JSON.stringify(found.violations.map(
  rule => rule.id + ' (' + rule.impact + ', ' + rule.nodes.length + '): ' + rule.nodes[0].html.slice(0, 160)
    + ' ' + (rule.nodes[0].failureSummary || '').slice(0, 300))))"""


def there() -> bool:
    """Whether axe-core was fetched."""
    return SOURCE.exists()


def program() -> str:
    """The browser, empty where there is none."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or ""


def violations(browser: Any, *, wcag_only: bool = False) -> list[str]:
    """What axe-core finds in the page shown, of WCAG and, unless `wcag_only`, of good practice. Raises ValueError where the file is not the one that is pinned."""
    text = SOURCE.read_bytes()
    if sha256(text).hexdigest() != DIGEST:
        raise ValueError(f"{SOURCE} is not axe-core as pinned in package.json")
    browser.call("Runtime.evaluate", expression=text.decode())
    asked = browser.call(
        "Runtime.evaluate",
        expression=_RUN % json.dumps(RULES[:-1] if wcag_only else RULES),
        awaitPromise=True,
        returnByValue=True,
    )
    found: list[str] = json.loads(asked["result"]["value"])
    return found
