"""Every state by a server that behaves so, checked over loopback from the address in a dataset to the row of the link."""

import itertools
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest
from link_hosts import QUICK, Asked, Catalogue, Host, Route, always, by_method, closed_url, said, serving

from crawler.fetch.hosts import Place

CSV = "name;höhe\nEiche;12\n"
PAGE = "<!DOCTYPE html><html><body>Es ist ein Fehler aufgetreten.</body></html>"
LOGIN = "<html><form><input name=u><input type='password'></form></html>"
WMS = '<?xml version="1.0"?><WMS_Capabilities version="1.3.0"><Service/></WMS_Capabilities>'
WFS = '<wfs:WFS_Capabilities xmlns:wfs="http://www.opengis.net/wfs/2.0"/>'
CSW = '<csw:Capabilities xmlns:csw="http://www.opengis.net/cat/csw/2.0.2"/>'
FAULT = "<ServiceExceptionReport><ServiceException>kaputt</ServiceException></ServiceExceptionReport>"
csv = always(200, CSV, content_type="text/csv")
no_head = always(405)


def redirect(status: int, target: str) -> Route:
    return always(status, location=target)


def endless(asked: Asked) -> Iterator[bytes]:
    """A body without an end, whatever range was asked for."""
    yield b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\n\r\n"
    if asked.method == "GET":
        for number in itertools.count():
            yield f"{number};Eiche\n".encode() * 500


def ranged(asked: Asked) -> bytes:
    """The first bytes of a large file."""
    return said(206, CSV, content_type="text/csv", content_range="bytes 0-8191/123456")


def long_header(asked: Asked) -> bytes:
    return b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 200_000 + b"\r\n\r\n"


def many_headers(asked: Asked) -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\n"
    for number in itertools.count():
        yield b"".join(b"X-%d-%d: %b\r\n" % (number, each, b"a" * 40) for each in range(100))


def broken(asked: Asked) -> bytes:
    return b"HTTP/1.1 200"


def slow(asked: Asked) -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\n"
    time.sleep(1.5)


def ask_arcgis(asked: Asked) -> bytes:
    assert "f=json" in asked.target
    return said(200, '{"error": {"code": 499, "message": "Token Required"}}', content_type="application/json")


def capabilities(document: str) -> Route:
    def route(asked: Asked) -> bytes:
        assert "REQUEST=GetCapabilities" in asked.target
        assert "map=baum" in asked.target
        return said(200, document, content_type="text/xml")

    return route


@dataclass(frozen=True)
class Case:
    """What a host does, what the metadata say, and what is to be found; `asked`: the methods used."""

    route: Route
    state: str
    status: int | None = None
    problem: str = ""
    says: str = "text/csv"
    size: int | None = None
    role: str = "download"
    asked: str = ""
    query: str = ""


CASES: dict[str, Case] = {
    "head proves it": Case(csv, "reachable", 200, size=20, asked="HEAD"),
    "nothing said, head is enough": Case(csv, "reachable", 200, says="", asked="HEAD"),
    "head lies: 405": Case(by_method(no_head, csv), "reachable", 200, asked="HEAD GET"),
    "head lies: 404": Case(by_method(always(404), csv), "reachable", 200, asked="HEAD GET"),
    "head lies: 403": Case(by_method(always(403), csv), "reachable", 200, asked="HEAD GET"),
    "head lies: 501": Case(by_method(always(501), csv), "reachable", 200, asked="HEAD GET"),
    "head lies: 500": Case(by_method(always(500), csv), "reachable", 200, asked="HEAD GET"),
    "head of another type": Case(by_method(always(200, PAGE, content_type="text/html"), csv), "reachable", 200, asked="HEAD GET"),
    "head without a length": Case(by_method(endless, csv), "reachable", 200, asked="HEAD GET"),
    "vague type, true content": Case(always(200, CSV, content_type="application/octet-stream"), "reachable", 200, asked="HEAD GET"),
    "range ignored, endless body": Case(endless, "reachable", 200, asked="HEAD GET"),
    "range kept, size told": Case(by_method(no_head, ranged), "reachable", 206, size=123_400),
    "no such range: empty file": Case(by_method(no_head, lambda a: said(416) if "range" in a.headers else said(200)), "reachable", 200, "empty", asked="HEAD GET GET"),
    "another size": Case(csv, "reachable", 200, "size-differs", size=5_000),
    "another type": Case(always(200, "%PDF-1.4", content_type="application/pdf"), "reachable", 200, "type-differs"),
    "gone: 404": Case(always(404), "gone", 404, asked="HEAD GET"),
    "gone: 410": Case(always(410), "gone", 410),
    "refused: 401": Case(always(401), "refused", 401),
    "refused: 403": Case(always(403), "refused", 403),
    "a guard, not the host": Case(always(403, PAGE, cf_mitigated="challenge"), "blocked", 403, "bot-protection"),
    "server error": Case(always(502), "server_error", 502),
    "timeout": Case(slow, "timeout", None, "timeout"),
    "broken answer": Case(broken, "server_error", None, "unreadable-answer"),
    "headers without an end": Case(many_headers, "server_error", None, "unreadable-answer"),
    "endless header": Case(long_header, "server_error", None, "unreadable-answer"),
    "a page that says so": Case(always(200, PAGE, content_type="text/html"), "wrong_content", 200, "html"),
    "a page for JSON": Case(always(200, PAGE, content_type="text/html"), "wrong_content", 200, "html", "application/json"),
    "a page for PDF": Case(always(200, PAGE), "wrong_content", 200, "html", "application/pdf"),
    "a page for XML": Case(always(200, PAGE), "wrong_content", 200, "html", "application/xml"),
    "a page to log in at": Case(always(200, LOGIN, content_type="text/html"), "wrong_content", 200, "login-page"),
    "a page for an access address": Case(always(200, PAGE, content_type="text/html"), "reachable", 200, "type-differs", role="access"),
    "a page where one is promised": Case(always(200, PAGE, content_type="text/html"), "reachable", 200, says="text/html"),
    "capabilities": Case(capabilities(WMS), "reachable", 200, says="WMS_SRVC", role="endpoint", query="?map=baum", asked="GET"),
    "capabilities of WFS": Case(capabilities(WFS), "reachable", 200, says="WFS_SRVC", role="access", query="?map=baum&service=WFS"),
    "capabilities of a catalogue": Case(capabilities(CSW), "reachable", 200, says="CSW_SRVC", role="endpoint", query="?map=baum"),
    "capabilities of another service": Case(capabilities(WFS), "reachable", 200, "type-differs", "WMS_SRVC", query="?map=baum"),
    "exception report": Case(capabilities(FAULT), "server_error", 200, "service-exception", "WMS_SRVC", query="?map=baum"),
    "a page for capabilities": Case(capabilities(PAGE), "wrong_content", 200, "html", "WMS_SRVC", query="?map=baum"),
    "no capabilities": Case(capabilities(CSV), "wrong_content", 200, "no-capabilities", "WMS_SRVC", query="?map=baum"),
    "interface without parameters": Case(always(400), "reachable", 400, "parameters-missing", "", role="endpoint"),
}  # fmt: skip


@pytest.fixture(scope="module")
def checked(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[str], tuple[Case, Host, Catalogue, str]]]:
    """All cases in one run, each on a host of its own."""
    hosts = {name: Host({"/datei": case.route}) for name, case in CASES.items()}
    catalogue = Catalogue(tmp_path_factory.mktemp("links") / "states.db")
    with serving(*hosts.values()):
        for name, case in CASES.items():
            media_type, code = (case.says, "") if "/" in case.says else ("", case.says)
            catalogue.name(
                hosts[name].url("/datei" + case.query), case.role, media_type, case.size, format=code
            )
        assert catalogue.check().outcome == "done"
    yield lambda name: (CASES[name], hosts[name], catalogue, hosts[name].url("/datei" + CASES[name].query))
    catalogue.store.close()


@pytest.mark.parametrize("name", CASES)
def test_state(name: str, checked: Callable[[str], tuple[Case, Host, Catalogue, str]]) -> None:
    case, host, catalogue, url = checked(name)
    assert catalogue.state(url) == (case.state, case.status, case.problem)
    assert host.robots_asked
    if case.asked:
        assert " ".join(host.methods("/datei")) == case.asked


def test_size_and_type_are_kept(checked: Callable[[str], tuple[Case, Host, Catalogue, str]]) -> None:
    _, _, catalogue, url = checked("range kept, size told")
    row = catalogue.link(url)
    assert (row["content_type"], row["size"]) == ("text/csv", 123_456)


def test_redirects(catalogue: Catalogue) -> None:
    here = Host()
    here.routes = {
        "/neu.csv": csv,
        "/alt.csv": redirect(301, "/neu.csv"),
        "/heute.csv": redirect(302, "/neu.csv"),
        "/weg.csv": redirect(301, "/nirgends.csv"),
        "/kreis.csv": redirect(302, "/kreis.csv"),
        "/ftp.csv": redirect(302, "ftp://daten.example/a.csv"),
        "/unsinn.csv": redirect(302, "http://[::1"),
    }
    with serving(here):
        for path in here.routes:
            catalogue.name(here.url(path), media_type="text/csv")
        catalogue.check()
        found = {path: catalogue.state(here.url(path)) for path in here.routes}
        final = catalogue.link(here.url("/alt.csv"))["final_url"]
        target = here.url("/neu.csv")
    assert found == {
        "/neu.csv": ("reachable", 200, ""),
        "/alt.csv": ("moved", 200, ""),
        "/heute.csv": ("reachable", 200, ""),
        "/weg.csv": ("gone", 404, ""),
        "/kreis.csv": ("server_error", 302, "redirects"),
        "/ftp.csv": ("not_http", 302, "other-scheme"),
        "/unsinn.csv": ("not_http", 302, "no-address"),
    }
    assert final == target
    assert len(here.methods("/kreis.csv")) <= 20


@pytest.fixture(scope="module")
def own_certificate(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    folder = tmp_path_factory.mktemp("tls")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
    ]
    subject = ["-days", "2", "-subj", "/CN=daten.musterstadt.example"]
    subprocess.run([*command, *subject, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def test_a_certificate_that_nobody_signed(catalogue: Catalogue, own_certificate: ssl.SSLContext) -> None:
    secure = Host({"/a.csv": csv}, tls=own_certificate)
    with serving(secure):
        catalogue.name(secure.url("/a.csv"))
        assert catalogue.check().outcome == "done"
    assert catalogue.state(secure.url("/a.csv")) == ("tls", None, "certificate")


def test_what_is_not_http_is_named_and_not_asked(catalogue: Catalogue) -> None:
    urls = {
        "ftp://ftp.musterstadt.example/a.zip": "ftp",
        "mailto:opendata@musterstadt.example": "mailto",
        "file:///H:/Daten/a.csv": "file",
        "daten/a.csv": "no-address",
        "http://": "no-address",
        "javascript:alert(1)": "javascript",
    }
    for url in urls:
        catalogue.name(url)
    assert catalogue.check().checks == 0
    assert {url: catalogue.state(url) for url in urls} == {
        url: ("not_http", None, scheme) for url, scheme in urls.items()
    }


def test_private_addresses_are_refused_before_and_behind_redirects(catalogue: Catalogue) -> None:
    hosts = [Host({"/a.csv": csv}) for _ in range(6)]
    with serving(*hosts):
        for host in hosts:
            catalogue.name(host.url("/a.csv"))
        done = catalogue.check(replace(QUICK, allow_private=False))
    assert done.outcome == "done"
    assert {catalogue.state(host.url("/a.csv")) for host in hosts} == {
        ("unreachable", None, "private-address")
    }
    assert not any(host.asked or host.robots_asked for host in hosts)


def test_a_redirect_to_a_private_address_is_not_followed(catalogue: Catalogue) -> None:
    inside = Host({"/geheim.csv": csv})
    outside = Host()
    with serving(inside, outside):
        outside.routes = {"/a.csv": redirect(301, inside.url("/geheim.csv"))}
        catalogue.name("http://daten.musterstadt.example/a.csv")
        places = {"daten.musterstadt.example": Place("127.0.0.1", outside.port)}
        catalogue.check(replace(QUICK, allow_private=False, hosts=places))
    assert catalogue.state("http://daten.musterstadt.example/a.csv") == (
        "unreachable",
        301,
        "private-address",
    )
    assert not inside.asked
    assert not inside.robots_asked


ROBOTS = {
    "nothing said": (said(404), "reachable", ""),
    "others are meant": (said(200, "User-agent: Googlebot\nDisallow: /\n"), "reachable", ""),
    "all are forbidden": (said(200, "User-agent: *\nDisallow: /\n"), "blocked", "robots"),
    "the interface is forbidden": (said(200, "User-agent: *\nDisallow: /api/\n"), "blocked", "robots"),
    "we are forbidden": (said(200, "User-agent: bestand\nDisallow: /\n"), "blocked", "robots"),
    "a page of HTML": (said(200, PAGE), "reachable", ""),
    "robots.txt is broken": (said(503), "blocked", "robots-unreadable"),
}


def test_every_rule_of_robots_is_obeyed(catalogue: Catalogue) -> None:
    hosts = {name: Host({"/api/a.csv": csv}, robots) for name, (robots, _, _) in ROBOTS.items()}
    with serving(*hosts.values()):
        for host in hosts.values():
            catalogue.name(host.url("/api/a.csv"))
        catalogue.check()
    found = {name: catalogue.state(host.url("/api/a.csv")) for name, host in hosts.items()}
    expected = {
        name: (state, 200 if state == "reachable" else None, problem)
        for name, (_, state, problem) in ROBOTS.items()
    }
    assert found == expected
    assert {name: len(host.asked) for name, host in hosts.items()} == {
        name: int(state == "reachable") for name, (_, state, _) in ROBOTS.items()
    }


def test_a_host_that_is_down_is_asked_twice_and_not_once_a_link(catalogue: Catalogue) -> None:
    alive, dead = Host({"/a.csv": csv}), closed_url("")
    with serving(alive):
        catalogue.name(alive.url("/a.csv"))
        for number in range(30):
            catalogue.name(f"{dead}/{number}.csv")
        assert catalogue.check().outcome == "done"
    rows = catalogue.store.conn.execute(
        "select state, problem, count(*) from link group by 1, 2 order by 1"
    ).fetchall()
    assert rows == [("reachable", "", 1), ("unreachable", "connection-refused", 30)]
