"""Detection shows each answer to every kind, read once: none of them changes what the next one sees."""

from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from crawler.formats.json_payload import read_json, reading_once
from crawler.sources.protocol import Call, Evidence, Payload, Portal
from crawler.sources.registry import sources

FIXTURES = Path(__file__).parents[1] / "fixtures"
PORTAL = Portal("neuwald", "https://daten.neuwald.example")
ANSWERS = sorted(path for path in FIXTURES.glob("*/*") if path.suffix in (".json", ".jsonld", ".geojson"))


def seen(call: Call, payload: Payload) -> Iterator[Evidence | None]:
    for source in sources().values():
        try:
            yield source.recognise(PORTAL, call, payload)
        except Exception:  # noqa: BLE001 - as in detection: what cannot be read proves nothing
            yield None


def test_there_are_answers_of_many_kinds() -> None:
    assert len({path.parent for path in ANSWERS}) > 8


@pytest.mark.parametrize("kind", sorted({path.parent.name for path in ANSWERS}))
def test_no_kind_changes_what_the_others_are_shown(kind: str) -> None:
    for path in (path for path in ANSWERS if path.parent.name == kind):
        call = Call(PORTAL.url)
        payload = Payload(PORTAL.url, 200, {"content-type": "application/json"}, path.read_bytes())
        alone = list(seen(call, payload))
        with reading_once():
            before = orjson.dumps(read_json(payload.body)[0])
            assert list(seen(call, payload)) == alone
            assert orjson.dumps(read_json(payload.body)[0]) == before
