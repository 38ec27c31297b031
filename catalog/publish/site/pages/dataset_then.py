"""One dataset as it was known at a run: what its portal said then."""

import orjson
from datasette import NotFound, Response

from catalog.publish import selection, wording
from catalog.publish.site.visit import Visit
from catalog.publish.syntaxes import SYNTAXES

_ONE = """
select dataset.key, dataset.title, portal.key as portal_key, coalesce(nullif(portal.title, ''), portal.url) as portal_title
from dataset join portal on portal.id = dataset.portal where dataset.key = :key
"""
_RUN = "select id, started from run where id = :run"


async def show(visit: Visit, key: str, run: int) -> Response:
    """The record as of a run; raises NotFound for an unknown key or run, and for a run before the dataset was seen."""
    dataset, asked = await visit.row(_ONE, key=key), await visit.row(_RUN, run=run)
    versions = await visit.rows(selection.AT_RUN, key=key, run=run)
    version = next((row for row in versions if row["record"]), None)
    if dataset is None or asked is None or version is None:
        raise NotFound(key)
    record = orjson.loads(version["record"])
    language = visit.reader.language
    title = wording.text_in(record, "title", language)
    context = {
        "dataset": dataset,
        "run": asked,
        "version": version,
        "gone": versions[0]["event"] == "gone",
        "title": title if title.text else wording.Value(dataset["title"]),
        "metadata": wording.rows(record, language),
        "syntaxes": SYNTAXES.values(),
    }
    links = ", ".join(
        f'<{visit.base}/dataset/{key}.{item.extension}?run={run}>; rel="alternate"; type="{item.media_type}"'
        for item in SYNTAXES.values()
    )
    return await visit.page("dataset_then", context, vary="Accept, Accept-Language", link=links)
