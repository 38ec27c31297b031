"""What became of portals that were known: one verdict each."""

import pytest

from crawler.checking import check
from crawler.fetch.detect import Asked, Detection
from crawler.sources.protocol import Portal

URL = "https://daten.example/"
PORTAL = Portal(
    "town", URL, kind="ckan", api_url="https://api.example", settings={"aliases": "https://alt.example"}
)


def asked(status: int, verdict: str) -> Asked:
    return Asked(URL, status, verdict, f"It answers {status}.")


@pytest.mark.parametrize(
    ("detection", "verdict", "leads_to"),
    [
        (Detection("ckan", 95, landed=URL), "same", ""),
        (Detection("ckan", 95, landed="http://www.daten.example"), "same", ""),
        (Detection("ckan", 95, landed="https://api.example/api/3"), "same", ""),
        (Detection("ckan", 95, landed="https://neu.example/"), "moved", "https://neu.example/"),
        (Detection(landed="https://neu.example/"), "moved", "https://neu.example/"),
        (Detection("dkan", 95, landed="https://neu.example/"), "differs", "https://neu.example/"),
        (Detection(evidence=[asked(200, "nothing")], landed=URL), "nothing", ""),
        (Detection(evidence=[asked(404, "not_found"), asked(410, "not_found")]), "gone", ""),
        (Detection(evidence=[asked(404, "not_found"), asked(0, "unreachable")]), "unreachable", ""),
        (Detection(evidence=[asked(404, "not_found"), asked(403, "blocked")]), "blocked", ""),
        (Detection(), "unreachable", ""),
    ],
)
def test_one_verdict(detection: Detection, verdict: str, leads_to: str) -> None:
    found = check(PORTAL, detection)
    assert (found.verdict, found.leads_to) == (verdict, leads_to)
    assert bool(found.note) == (verdict != "same" and bool(detection.evidence))


def test_a_kind_that_the_registry_does_not_name_is_new() -> None:
    assert check(Portal("town", URL), Detection("ckan", 95, landed=URL)).verdict == "new"
