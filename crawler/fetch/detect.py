"""Which portal kind stands at an address: what to ask next and what the answers prove. Pure; fetching is elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from itertools import chain, islice
from urllib.parse import urljoin

from crawler.fetch.frontier import fingerprint
from crawler.formats.json_payload import reading_once
from crawler.sources.local import is_local
from crawler.sources.protocol import LASTING, Call, Evidence, Payload, Portal, Source

PROOF = 90
"""Confidence from which a kind counts as proven."""
HINT = 50
"""Confidence below which a kind is not named at all."""
PROBES = 6
"""Requests to a host beside its own address, unless asked to be thorough."""
RDF_TYPES = frozenset({"application/rdf+xml", "text/turtle", "application/ld+json", "application/n-triples"})
NAMED = 3
"""Probes of a kind that the home page names, before any other kind is asked."""
USUAL = ("ckan", "dkan", "data_json", "dcat", "csw", "piveau")
"""The kinds asked first where nothing says more: they stand behind most German portals, and others answer to their probes
too (ArcGIS Hub and Socrata offer data.json, most software a feed); kinds with pages of their own are known by these."""
HTML_LENGTH = 256 * 1024


@dataclass(frozen=True, slots=True)
class Asked:
    """One step of a detection: what was asked, what answered, what it proves (`verdict`: a kind, a failure slug, or
    `nothing`), in one sentence, and how surely (0-100)."""

    url: str
    status: int
    verdict: str
    proof: str
    confidence: int = 0


@dataclass(frozen=True, slots=True)
class Detection:
    """What stands at an address; `kind` is empty where nothing we know was found. `landed`: where the first answer came
    from, after redirects; empty where nothing answered."""

    kind: str = ""
    confidence: int = 0
    evidence: list[Asked] = field(default_factory=list)
    api_url: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    landed: str = ""

    def applied_to(self, portal: Portal) -> Portal:
        """The portal as it can be crawled from now on; what was known of another kind no longer holds."""
        same = portal.kind in ("", self.kind)
        kept = {name: value for name, value in portal.settings.items() if same or name in LASTING}
        api_url = self.api_url or (portal.api_url if same else "")
        return replace(portal, kind=self.kind, api_url=api_url, settings={**kept, **self.settings})


@dataclass(frozen=True, slots=True)
class Probe:
    """A request of a detection; `kind` empty: the address itself, whose answer is shown to every kind."""

    kind: str
    portal: Portal
    call: Call


class Inquiry:
    """A detection under way: `next` says what to ask, `answer` and `failed` take what came of it."""

    def __init__(self, portal: Portal, kinds: Mapping[str, Source], *, thorough: bool = False) -> None:
        self.evidence: list[Asked] = []
        self._portal = portal
        self._kinds = kinds
        self._bare = replace(portal, api_url="", kind="")
        self._left = 10_000 if thorough else PROBES
        self._asked: set[tuple[str, tuple[tuple[str, str], ...]]] = set()
        self._best: Evidence | None = None
        self._landed = ""
        self._over = False
        self._probes = self._plan()

    def next(self) -> Probe | None:
        """The next request; None once a kind is proven or nothing is left to ask."""
        while not self._over and (probe := next(self._probes, None)) is not None:
            name = (
                fingerprint(probe.call),
                probe.call.headers,
            )  # an address may answer otherwise if asked for RDF
            if name in self._asked:
                continue
            if probe.kind:
                if not self._left:
                    return None
                self._left -= 1
            self._asked.add(name)
            return probe
        return None

    def answer(self, probe: Probe, payload: Payload) -> None:
        """Take an answer of the portal."""
        self._landed = self._landed or payload.url
        best = self._best_of(probe, payload)
        if best is None:
            self._note(probe, payload.status, "nothing", "The answer proves no kind that we know.")
        else:
            self._note(probe, payload.status, best.kind, best.proof, best.confidence)
            self._weigh(best)
        if not probe.kind:
            self._follow_page(payload)

    def failed(
        self, probe: Probe, status: int, slug: str, sentence: str, refusal: Payload | None = None
    ) -> None:
        """Take a failure. A host that does not answer at all is not asked again; how the address itself is refused
        (`refusal`) may say which kind to ask first, but names none."""
        self._note(probe, status, slug, sentence)
        self._over = self._over or (not status and slug in ("unreachable", "tls_error"))
        if refusal is not None and not probe.kind and (best := self._best_of(probe, refusal)) is not None:
            self._weigh(replace(best, confidence=min(best.confidence, HINT - 1)))

    def detection(self) -> Detection:
        """What is known now."""
        best = self._best
        if best is None or best.confidence < HINT:
            return Detection(evidence=self.evidence, landed=self._landed)
        return Detection(best.kind, best.confidence, self.evidence, best.api_url, best.settings, self._landed)

    def _plan(self) -> Iterator[Probe]:
        """What the registry's hint asks first, the address itself, what settles the kind that its page names, then the
        best probe of each kind, the second best … On disk nothing lies but what the address itself names."""
        home = Probe("", self._bare, Call(self._portal.url, step="home"))
        if is_local(self._portal.url):
            yield home
            return
        hint = self._portal.kind
        if hint in self._kinds:
            yield from islice(self._of(hint, self._portal), 1)
        yield home
        waiting = {kind: self._of(kind, self._bare) for kind in self._order}
        spent: Counter[str] = Counter()
        for probe in _in_turn(waiting):
            yield from self._favoured(waiting, spent)
            yield probe

    def _favoured(self, waiting: Mapping[str, Iterator[Probe]], spent: Counter[str]) -> Iterator[Probe]:
        """Probes of the kind that the answers so far speak for; looked at anew after each answer."""
        while (best := self._best) is not None and spent[best.kind] < NAMED:
            spent[best.kind] += 1
            if (probe := next(waiting[best.kind], None)) is not None:
                yield probe

    @property
    def _order(self) -> list[str]:
        """The usual kinds, then the others by rank, as the registry of sources gives them."""
        usual = [kind for kind in USUAL if kind in self._kinds]
        return [*usual, *(kind for kind in self._kinds if kind not in USUAL)]

    def _of(self, kind: str, portal: Portal) -> Iterator[Probe]:
        for call in self._kinds[kind].probe(portal):
            yield Probe(kind, portal, call)

    def _best_of(self, probe: Probe, payload: Payload) -> Evidence | None:
        """What an answer proves most surely, of any kind."""
        with reading_once():
            seen = (self._seen_by(kind, probe, payload) for kind in self._kinds)
            return max(filter(None, seen), key=lambda found: found.confidence, default=None)

    def _seen_by(self, kind: str, probe: Probe, payload: Payload) -> Evidence | None:
        """What an answer proves of a kind. Where the kind would not have asked this itself it is a hint, no proof."""
        found = self._recognised(kind, probe, payload)
        if (
            found is None
            or not probe.kind
            or kind == probe.kind
            or fingerprint(probe.call) in self._asks(kind)
        ):
            return found
        return replace(found, confidence=min(found.confidence, PROOF - 1))

    def _asks(self, kind: str) -> set[str]:
        return {fingerprint(probe.call) for probe in self._of(kind, self._bare)}

    def _recognised(self, kind: str, probe: Probe, payload: Payload) -> Evidence | None:
        try:
            return self._kinds[kind].recognise(probe.portal, probe.call, payload)
        except Exception:  # noqa: BLE001 - the boundary around one answer: what cannot be read proves nothing
            return None

    def _note(self, probe: Probe, status: int, verdict: str, proof: str, confidence: int = 0) -> None:
        self.evidence.append(Asked(probe.call.url, status, verdict, proof, confidence))

    def _weigh(self, found: Evidence) -> None:
        if self._best is None or found.confidence > self._best.confidence:
            self._best = found
        self._over = self._over or found.confidence >= PROOF

    def _follow_page(self, payload: Payload) -> None:
        """What a home page says about the machine interface behind it: the software that it names is asked before the
        feeds that it offers, which hold less."""
        page = read_home_page(payload)
        for kind in self._kinds:
            if page.generator.lower().startswith(kind):
                self._weigh(Evidence(kind, HINT, f"The home page names its generator {page.generator}."))
        if "dcat" in self._kinds and not self._over:
            feeds = (replace(self._bare, api_url=urljoin(payload.url, link)) for link in page.feeds)
            offered = chain.from_iterable(islice(self._of("dcat", portal), 1) for portal in feeds)
            named = islice(self._of(self._best.kind, self._bare), 1) if self._best else ()
            self._probes = chain(named, offered, self._probes)


def _in_turn(waiting: Mapping[str, Iterator[Probe]]) -> Iterator[Probe]:
    """The best probe of each kind, then the second best of each, and so on."""
    left = dict(waiting)
    while left:
        for kind, probes in list(left.items()):
            probe = next(probes, None)
            if probe is None:
                del left[kind]
            else:
                yield probe


class HomePage(HTMLParser):
    """The generator and the RDF feeds that a page of HTML names in its head."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.generator = ""
        self.feeds: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note `<meta name=generator>` and `<link rel=alternate>`."""
        found = {name: value or "" for name, value in attrs}
        if tag == "meta" and found.get("name", "").lower() == "generator":
            self.generator = self.generator or found.get("content", "").strip()
        relations = found.get("rel", "").lower().split()
        if tag == "link" and "alternate" in relations and found.get("type", "").lower() in RDF_TYPES:
            self.feeds.append(found.get("href", ""))


def read_home_page(payload: Payload) -> HomePage:
    """What a payload says if it is a page of HTML; an empty page otherwise."""
    page = HomePage()
    if "html" in payload.content_type or payload.body[:64].lstrip()[:1] == b"<":
        page.feed(payload.body[:HTML_LENGTH].decode("utf-8", "replace"))
    return page
