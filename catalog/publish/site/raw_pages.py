"""Datasette's own pages made accessible: what their templates lack is added while they are loaded, colours by a style sheet.

Nothing of Datasette is copied, so its next version keeps what it mends, and what is patched no more stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from jinja2 import BaseLoader, Environment

from catalog.publish.metadata import TABLES

STYLE_PATH: Final = "/-/bestand-raw.css"
_LABELS: Final = {
    "_filter_column": "Column", "_filter_op": "Comparison", "_filter_value": "Value", "_sort": "Sort by", "sql": "SQL",
}  # fmt: skip
_UNNAMED: Final = re.compile(
    r'<(?:select|input type="text"|textarea id="sql-editor") name="(?P<name>'
    + "|".join(_LABELS)
    + r')(?:_\{\{ loop\.index \}\})?"'
)
"""Fields without a label (WCAG 2.2, 1.3.1 and 4.1.2)."""
_CROSS: Final = 'class="cross">'
_TABLE: Final = "{{ table.name }}</a>"
_NAMED: Final = (
    _TABLE
    + '{% if table_title(table.name) %} <small lang="de">{{ table_title(table.name) }}</small>{% endif %}'
)
"""A table's name, and what it is called; both versions of Datasette write it so."""
_FIRST: Final = "select * from {{ tables[0].name|escape_sqlite }}"


def patched(name: str, source: str) -> str:
    """A template of Datasette with a language (WCAG 3.1.1), labels for its fields, and names for its crosses."""
    if name.startswith("bestand/"):
        return source
    source = source.replace("<html>", '<html lang="en">')
    source = source.replace(_CROSS, 'aria-label="Remove" ' + _CROSS).replace(_TABLE, _NAMED)
    source = source.replace(_FIRST, "select key, title, license, modified from dataset")
    return _UNNAMED.sub(lambda found: f'{found[0]} aria-label="{_LABELS[found["name"]]}"', source)


class Patched(BaseLoader):
    """A loader whose templates are patched."""

    def __init__(self, loader: BaseLoader) -> None:
        self.loader = loader

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        """Raises TemplateNotFound."""
        source, path, fresh = self.loader.get_source(environment, template)
        return patched(template.rpartition(":")[2], source), path, fresh

    def list_templates(self) -> list[str]:
        """The names of all templates."""
        return self.loader.list_templates()


def patch(environment: Any) -> None:
    """Let an environment load its templates patched."""
    if environment.loader is not None and not isinstance(environment.loader, Patched):
        environment.loader = Patched(environment.loader)
        environment.globals["table_title"] = _title


def _title(name: str) -> str:
    """What a table is called; empty for others."""
    return TABLES.get(name, ("", ""))[0]
