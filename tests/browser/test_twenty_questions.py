"""The questions of officers, researchers and portals: each is answered after at most two clicks from the first page."""

from dataclasses import dataclass
from typing import Any

import pytest
from axe import there, violations
from sample_measured import HAFEN

TOWN = f"/municipality/{HAFEN}"
MODEL = "/model/flora-und-fauna-baumbestand-baumkataster"


@dataclass(frozen=True)
class Question:
    """`clicks`: beginnings of the addresses of the links to follow; `says`: what the page says then; `leads`: beginnings
    of addresses to which it leads on."""

    asked: str
    clicks: tuple[str, ...]
    says: tuple[str, ...]
    leads: tuple[str, ...] = ()


QUESTIONS = (
    Question("1 Where does my town stand?", ("/municipalities", TOWN), ("von 4", "Stufe")),
    Question("2 Against towns of our size?", ("/municipalities", TOWN), ("Mittel der Klasse", "Größenklasse"), ("/municipalities?class=",)),
    Question("3 What to fix first, how many datasets, how many points?", ("/municipalities", TOWN),
             ("Was als Nächstes am meisten bringt", "Punkte"), ("/quality/downloadUrlStatusCode?municipality=",)),
    Question("4 Which links are dead?", ("/quality", "/quality/accessUrlStatusCode"), ("Zugangs-URL erreichbar",),
             ("/dataset/", "/quality/accessUrlStatusCode.csv")),
    Question("5 Which datasets lack a licence?", ("/datasets?finding=distribution-license-missing",), ("Treffer", "Lizenz fehlt"), ("/dataset/",)),
    Question("6 What do comparable towns publish that we do not?", ("/municipalities", "/municipality/99112000"),
             ("Haben andere, fehlt hier",), ("/model/",)),
    Question("7 Who publishes a dataset best?", (MODEL,), ("Vorbilder", "maschinenlesbar"), ("/dataset/", "/municipality/")),
    Question("8 With whom together?", ("/municipalities", TOWN), ("Gemeinsam", "gleiche Musterdatensätze"), (f"/together?town={HAFEN}",)),
    Question("9 What changed since last week?", ("/changes",), ("neu", "geändert", "15.11.2026"), ("/changes.csv", "/dataset/")),
    Question("10 How is this computed, and whom do I tell that it is wrong?", ("/method",), ("Formel", "Stimmt etwas nicht?", "Impressum")),
    Question("11 Share by size class and land, with n and unreachable?", ("/municipalities",), ("Nach Ländern", "nicht erreichbar", "unter 10")),
    Question("12 Development over the crawls?", (), ("Datensätze je Erhebung", "Zahlen als Tabelle"), ("/bestand/share",)),
    Question("13 Which portals failed in a run, and why?", ("/portal/sperre",), ("Zugriff untersagt",), ("/run/",)),
    Question("14 Raw table, SQL, CSV, version and citation?", ("/downloads",), ("SQL", "So zitieren Sie", "Methode 2026"), ("/datasets.csv", "/bestand")),
    Question("15 The exact query behind a chart?", ("/method",), ("select",), ("/bestand",)),
    Question("16 Which licences, formats, themes by size class?", ("/datasets", "/datasets?class=1"), ("Lizenz", "Format", "Thema"), ("/datasets?class=1&format=",)),
    Question("17 What did a dataset look like at a crawl?", ("/changes", "/dataset/*?run="), ("Erhebung",), ("/dataset/*.ttl?run=",)),
    Question("18 Where is the feed, how many items?", ("/downloads",), ("DCAT-AP", "Je Seite 100 Einträge"),
             ("/catalog.ttl", "/catalog.jsonld")),
    Question("19 Does it validate, what fails?", ("/check",), ("SHACL", "Profil")),
    Question("20 What is new since a day, and where does each record come from?", ("/changes",), ("verschwunden",), ("/changes.csv", "/portal/", "/dataset/")),
)  # fmt: skip

_LINK = """(beginning => { const [before, after] = beginning.split('*');
  const link = [...document.querySelectorAll('a[href]')].find(node => { const to = node.getAttribute('href');
    return to === beginning || to.startsWith(before) && (after === undefined ? !/^[\\w/]/.test(to.slice(before.length) || '?')
      || before.endsWith('/') || before.endsWith('=') : to.includes(after)); });
  if (link) { for (let node = link; node; node = node.parentElement) if (node.tagName === 'DETAILS') node.open = true; }
  return link; })(%r)"""


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.asked)
def test_a_question_is_answered_within_two_clicks(front: str, browser: Any, question: Question) -> None:
    assert len(question.clicks) <= 2
    browser.call("Network.setExtraHTTPHeaders", headers={"Accept-Language": "de"})
    browser.open(f"{front}/", 1280)
    for beginning in question.clicks:
        _click(browser, beginning)
    text = browser.evaluate("document.querySelector('main').textContent")
    for words in question.says:
        assert words in text
    for beginning in question.leads:
        assert browser.evaluate(f"!!{_LINK % beginning}"), beginning
    if there():
        assert violations(browser) == []


def test_all_twenty_are_asked() -> None:
    assert [int(question.asked.split()[0]) for question in QUESTIONS] == list(range(1, 21))


def _click(browser: Any, beginning: str) -> None:
    """Click a link as a reader does, and wait for the page behind it."""
    assert browser.evaluate(f"!!{_LINK % beginning}"), beginning
    browser.events.clear()
    browser.evaluate(f"{_LINK % beginning}.click()")
    while not any(event.get("method") == "Page.loadEventFired" for event in browser.events):
        browser.events.append(browser._message())
