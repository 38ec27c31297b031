"""One municipality's search, step by step: what to ask next, what each answer proves, and what came of it in the end."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterable
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import urlsplit

from crawler.discovery.candidates import SUFFIX, Candidate, candidates
from crawler.discovery.offers import (
    Lead,
    data_pages,
    files_on,
    imprint_of,
    portals,
    same_host,
    usual_places,
)
from crawler.discovery.towns import Register, Town
from crawler.discovery.verdicts import ACCEPTED, OPEN, SHORT_OF_PROOF, Verdict, is_parked, judge
from crawler.formats.html_page import WebPage

DATA_PAGES, PORTALS, HOSTS = 3, 4, 4
"""How many pages of data, linked portals and usual hosts are looked at for one town."""

STATES = ("found", "open", "district", "blocked", "unreachable", "none")
"""What became of a search: a home page; one that a person must judge; only the site of the district or association; the
site forbids us; it does not answer; nothing. Of several the first that holds."""
_FAILED = {
    "blocked": "blocked",
    "unreachable": "unreachable",
    "tls_error": "unreachable",
    "too_large": "unreachable",
}


@dataclass(frozen=True, slots=True)
class Ask:
    """A page to ask for. `step`: `candidate`, `imprint`, `data_page`, `path`, `host` or `portal`."""

    step: str
    url: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of an ask: the page and where it was found, or the slug and the sentence of a failure.

    `unknown`: there is no such host."""

    url: str
    status: int = 200
    page: WebPage | None = None
    slug: str = ""
    sentence: str = ""
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """A step as evidence: what was asked, what answered, the verdict, in a sentence, how surely (0-100)."""

    step: str
    url: str
    status: int
    verdict: str
    proof: str
    certainty: int = 0


@dataclass(frozen=True, slots=True)
class Offer:
    """What a home page leads to. `kind`: `portal` where one has to see what stands there, `website` for a page of data;
    `title`: what its page calls itself; `answered`: where it was found in the end."""

    url: str
    kind: str
    found_on: str
    title: str = ""
    files: int = 0


@dataclass(slots=True)
class Finding:
    """What a search came to."""

    town: Town
    state: str = "none"
    url: str = ""
    certainty: int = 0
    note: str = "No host with the town's name answers with its page."
    offers: list[Offer] = field(default_factory=list)


_Course = Generator[Ask, Answer, None]


class Search:
    """A search under way: `ask` is the page to be asked for now, None at the end; `take` takes what came of it.

    `refused`: addresses that an earlier, broken attempt has refused already; their hosts are not asked again.
    """

    def __init__(
        self, town: Town, register: Register, *, suffix: str = SUFFIX, refused: Collection[str] = ()
    ) -> None:
        self.town = town
        self.seen: list[Seen] = []
        self.finding = Finding(town)
        self._register = register
        hosts = {urlsplit(url).netloc for url in refused}
        self._candidates = [one for one in candidates(town, suffix) if urlsplit(one.url).netloc not in hosts]
        self._course = self._go()
        self.ask: Ask | None = None
        self._advance(None)

    def take(self, answer: Answer) -> None:
        """Take the answer to `ask`."""
        self._advance(answer)

    def _advance(self, answer: Answer | None) -> None:
        try:
            self.ask = next(self._course) if answer is None else self._course.send(answer)
        except StopIteration:
            self.ask = None

    def _go(self) -> _Course:
        home: WebPage | None = None
        for candidate in self._candidates:
            home = yield from self._try(candidate)
            if home is not None:
                break
        if home is not None:
            yield from self._look_around(home)

    def _try(self, candidate: Candidate) -> Generator[Ask, Answer, WebPage | None]:
        """The home page, where the candidate is one; https first, http where that does not answer."""
        answer = yield Ask("candidate", candidate.url, candidate.why)
        if answer.page is None and not answer.unknown and answer.slug in ("unreachable", "tls_error"):
            self._note("candidate", candidate.url, answer)
            answer = yield Ask("candidate", candidate.url.replace("https://", "http://", 1), candidate.why)
        if answer.page is None:
            self._note("candidate", candidate.url, answer)
            self._settle(
                _FAILED.get(answer.slug, "") if not answer.unknown else "", answer.url, answer.sentence
            )
            return None
        verdict = judge(self.town, self._register, answer.page)
        if verdict.slug in SHORT_OF_PROOF and (address := imprint_of(answer.page)):
            verdict = yield from self._read_imprint(answer.page, address, verdict)
        self._see("candidate", candidate.url, answer, verdict)
        if candidate.portal:
            self._take_portal(verdict, answer)
            return None
        return self._decide(verdict, answer)

    def _take_portal(self, verdict: Verdict, answer: Answer) -> None:
        """A portal under the town's name though no home page was found; it is no home page itself."""
        if verdict.slug == ACCEPTED:
            self._offer(Offer(answer.url, "portal", answer.url, _title(answer.page)))

    def _read_imprint(self, page: WebPage, address: str, before: Verdict) -> Generator[Ask, Answer, Verdict]:
        answer = yield Ask("imprint", address, before.proof)
        if answer.page is None or not same_host(answer.url, page.url):
            self._note("imprint", address, answer)
            return before
        verdict = judge(self.town, self._register, page, answer.page)
        self._see("imprint", address, answer, verdict)
        return verdict

    def _decide(self, verdict: Verdict, answer: Answer) -> WebPage | None:
        if verdict.slug == ACCEPTED:
            self.finding = Finding(self.town, "found", answer.url, verdict.certainty, verdict.proof)
            return answer.page
        state = "open" if verdict.slug in OPEN else "district" if verdict.slug == "district_site" else ""
        self._settle(state, answer.url, verdict.proof, verdict.certainty)
        return None

    def _settle(self, state: str, url: str, note: str, certainty: int = 0) -> None:
        """Keep what matters most so far."""
        if state and STATES.index(state) < STATES.index(self.finding.state):
            self.finding = Finding(self.town, state, url, certainty, note, self.finding.offers)

    def _look_around(self, home: WebPage) -> _Course:
        """Pages of data on the town's own host, then portals: those that are linked, and the usual hosts."""
        leads = portals(home)
        pages = data_pages(home)[:DATA_PAGES]
        paths, hosts = usual_places(home.url)
        for lead in pages or paths:
            page = yield from self._open("data_page" if pages else "path", lead, home)
            leads += portals(page) if page is not None else []
        asked: set[str] = set()
        for lead in _distinct([*islice(leads, PORTALS), *hosts[:HOSTS]], asked):
            yield from self._open_portal("host" if lead in hosts else "portal", lead)

    def _open(self, step: str, lead: Lead, home: WebPage) -> Generator[Ask, Answer, WebPage | None]:
        """A page on the town's own host; noted as an offer where it has data files."""
        answer = yield Ask(step, lead.url, lead.why)
        if answer.page is None:
            self._note(step, lead.url, answer)
            return None
        if not same_host(answer.url, home.url):
            self._see(step, lead.url, answer, Verdict("portal", "The address leads to another host.", 50))
            self._offer(Offer(answer.url, "portal", lead.found_on, _title(answer.page)))
            return None
        files = files_on(answer.page)
        slug = "data" if files else "nothing"
        self._see(
            step,
            lead.url,
            answer,
            Verdict(slug, f"The page offers {files} data files and services.", 60 if files else 0),
        )
        if files:
            self._offer(Offer(answer.url, "website", lead.found_on, _title(answer.page), files))
        elif step == "data_page":
            self._offer(Offer(answer.url, "portal", lead.found_on, _title(answer.page)))
        return answer.page

    def _open_portal(self, step: str, lead: Lead) -> _Course:
        answer = yield Ask(step, lead.url, lead.why)
        if answer.page is None and answer.slug:
            self._note(step, lead.url, answer)
        elif answer.page is not None and is_parked(answer.page):
            self._see(
                step,
                lead.url,
                answer,
                Verdict("parked", "The domain is parked or its site is not set up.", 90),
            )
        elif answer.url and not same_host(answer.url, self.finding.url):
            self._see(
                step,
                lead.url,
                answer,
                Verdict("portal", f"{lead.why} What stands there is to be detected.", 50),
            )
            self._offer(Offer(answer.url, "portal", lead.found_on, _title(answer.page)))
        else:
            self._see(
                step, lead.url, answer, Verdict("nothing", "The address leads back to the home page's host.")
            )

    def _offer(self, offer: Offer) -> None:
        if all(offer.url != known.url for known in self.finding.offers):
            self.finding.offers.append(offer)

    def _see(self, step: str, url: str, answer: Answer, verdict: Verdict) -> None:
        """An answer as evidence, under the address that was asked for."""
        proof = verdict.proof if answer.url == url else f"{verdict.proof} Answered at {answer.url}."
        self.seen.append(Seen(step, url, answer.status, verdict.slug, proof, verdict.certainty))

    def _note(self, step: str, url: str, answer: Answer) -> None:
        """A failure as evidence. Of hosts that do not exist too: that is what was asked."""
        slug = "no_host" if answer.unknown else answer.slug or "no_page"
        self.seen.append(
            Seen(step, url, answer.status, slug, answer.sentence or "The answer is no web page.")
        )


def _distinct(leads: Iterable[Lead], asked: set[str]) -> Iterable[Lead]:
    for lead in leads:
        if lead.url not in asked:
            asked.add(lead.url)
            yield lead


def _title(page: WebPage | None) -> str:
    parts = [] if page is None else [page.title, page.heading]
    return " | ".join(dict.fromkeys(part for part in parts if part))
