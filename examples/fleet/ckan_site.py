"""A CKAN portal: the actions that list its packages, and the ways in which they fail."""

import re
from functools import cached_property
from random import Random
from typing import Any

from fleet.ckan_packages import Package, package
from fleet.holdings import Dataset, holdings
from fleet.message import Request, Response, json_response, not_found, page, server_error, too_many
from fleet.portal import FleetPortal
from fleet.register import municipality, slug

VERSIONS = {"old": "1.8", "ogd": "2.3.1", "scheming": "2.11.1", "fluent": "2.10.4", "govdata": "2.10.7"}
EXTENSIONS = {
    "scheming": ("scheming_datasets", "dcat", "datastore"),
    "fluent": ("fluent", "scheming_datasets"),
    "govdata": ("dcatde", "harvest"),
}
ROWS_MAX = 1000


class CkanSite:
    """The CKAN of one portal in one epoch, mounted at the portal's path.

    An instance remembers what it was asked, because some failures happen once or every so many requests.
    """

    def __init__(self, portal: FleetPortal, epoch: int = 1, size: float = 1.0) -> None:
        self.portal = portal
        self.datasets = holdings(portal, epoch, size)
        self.asked = 0
        self.stumbled = False
        first = holdings(portal, 1, size)
        self.heavy = {dataset.id for dataset in first[portal.trait("heavy_from") : portal.trait("heavy_to")]}
        self.poison = first[portal.trait("poison")].id if portal.trait("poison") else ""
        self.actions = {
            "status_show": self.status_show,
            "package_search": self.package_search,
            "package_list": self.package_list,
            "package_show": self.package_show,
            "current_package_list_with_resources": self.current_package_list,
            "organization_list": self.organization_list,
            "group_list": self.group_list,
        }

    def __call__(self, request: Request) -> Response:
        """Answers below the portal's path; everything else is not found."""
        path = request.path.removeprefix(self.portal.path.rstrip("/"))
        if found := re.fullmatch(r"/api/(?:3/|rest/)?action/(\w+)", path):
            action = self.actions.get(found[1])
            return action(request) if action else _failure(f"Action name not known: {found[1]}", 400)
        if re.fullmatch(r"/api(/3)?/?", path):
            return json_response({"version": 3})
        if path in ("", "/", "/dataset", "/dataset/"):
            return self.front_page()
        return not_found()

    @property
    def host(self) -> str:
        """The public host name that the portal's own data speak of."""
        return self.portal.domain(municipality(self.portal.ags).domain if self.portal.ags else "")

    @property
    def version(self) -> str:
        """CKAN's version number."""
        return VERSIONS.get(self.portal.dialect, "2.9.11")

    @cached_property
    def packages(self) -> list[Any]:
        """Everything that a listing gives, in the portal's order, malformed entries included."""
        packages: list[Any] = [package(dataset, self.portal.dialect, self.host) for dataset in self.datasets]
        if self.portal.trait("malformed"):
            return with_malformed(packages)
        return packages

    def front_page(self) -> Response:
        """The start page with CKAN's generator tag."""
        links = "".join(
            f"<li><a href='/dataset/{each.name}'>{each.title}</a></li>" for each in self.datasets[:10]
        )
        return page(
            self.portal.title, f"<h1>{self.portal.title}</h1><ul>{links}</ul>", f"ckan {self.version}"
        )

    def status_show(self, request: Request) -> Response:
        """Title, version and extensions."""
        return _success(
            "status_show",
            self.host,
            {
                "ckan_version": self.version,
                "extensions": list(EXTENSIONS.get(self.portal.dialect, ())),
                "locale_default": "de",
                "site_title": self.portal.title,
                "site_url": f"https://{self.host}",
            },
        )

    def package_search(self, request: Request) -> Response:
        """A window of the packages (`rows`, `start`, `sort`, `fq`); may fail as the portal's traits say."""
        self.asked += 1
        if self.portal.trait("throttle") and self.asked % self.portal.trait("throttle") == 0:
            return too_many(1)
        start, rows = request.number("start", 0), request.number("rows", 10)
        listing = self.ordered(request.query.get("sort", ""))
        found = [entry for entry in listing if matches(entry, request.query.get("fq", ""))]
        window = found[start : start + min(rows, self.portal.trait("rows_cap") or ROWS_MAX)]
        if self.fails(start, window):
            return server_error()
        distinct = len(found) - (1 if self.portal.trait("restless") and found else 0)
        result = {"count": distinct, "facets": {}, "results": window, "search_facets": {}}
        result["sort"] = request.query.get("sort", "score desc, metadata_modified desc")
        return _success("package_search", self.host, result)

    def ordered(self, sort: str) -> list[Any]:
        """The listing in the order asked for; a restless portal has none unless sorted by id or name."""
        if self.portal.trait("malformed"):
            return self.packages
        key = next((name for name in ("id", "name") if sort.startswith(f"{name} asc")), "")
        listing = sorted(self.packages, key=lambda entry: str(entry[key])) if key else list(self.packages)
        if not self.portal.trait("restless"):
            return listing
        if not key:
            Random(f"{self.portal.key}/{self.asked}").shuffle(listing)
        overlap = self.portal.trait("rows_cap")
        return [*listing[:overlap], listing[overlap - 1], *listing[overlap:]]

    def fails(self, start: int, window: list[Any]) -> bool:
        """Whether this window ends in an internal error."""
        stumble = self.portal.trait("stumbles")
        if stumble and start <= stumble < start + len(window) and not self.stumbled:
            self.stumbled = True
            return True
        identifiers = {entry["id"] for entry in window if isinstance(entry, dict) and "id" in entry}
        too_much = bool(self.heavy & identifiers) and len(window) > self.portal.trait("heavy_rows")
        return too_much or bool(self.poison and self.poison in identifiers)

    def package_list(self, request: Request) -> Response:
        """The names of all packages."""
        start = request.number("offset", 0)
        names = sorted(dataset.name for dataset in self.datasets)[start:]
        return _success("package_list", self.host, names[: request.number("limit", len(names))])

    def package_show(self, request: Request) -> Response:
        """One package by id or name."""
        wanted = request.query.get("id", "")
        for entry, dataset in zip(self.sound(), self.datasets, strict=True):
            if wanted in (dataset.id, dataset.name):
                return (
                    server_error()
                    if dataset.id == self.poison
                    else _success("package_show", self.host, entry)
                )
        return _failure("Nicht gefunden", 404)

    def sound(self) -> list[Package]:
        """The packages without what is malformed."""
        return [package(dataset, self.portal.dialect, self.host) for dataset in self.datasets]

    def current_package_list(self, request: Request) -> Response:
        """Packages, the most recently modified first."""
        recent = sorted(self.sound(), key=lambda entry: str(entry["metadata_modified"]), reverse=True)
        start, limit = request.number("offset", 0), min(request.number("limit", 10), ROWS_MAX)
        window = recent[start : start + limit]
        if self.fails(start, window):
            return server_error()
        return _success("current_package_list_with_resources", self.host, window)

    def organization_list(self, request: Request) -> Response:
        """The names of the organisations."""
        towns: dict[str, Dataset] = {slug(dataset.town.short_name): dataset for dataset in self.datasets}
        return _success("organization_list", self.host, sorted(towns))

    def group_list(self, request: Request) -> Response:
        """The names of the groups."""
        groups = {name for entry in self.sound() for name in map(_group_name, entry["groups"] or ())}
        return _success("group_list", self.host, sorted(groups))


def with_malformed(packages: list[Any]) -> list[Any]:
    """The packages with six entries among them that are none, and every fourth sound one bent out of shape."""
    bent: list[Any] = [_bent(entry, position) for position, entry in enumerate(packages)]
    wrong: list[Any] = [
        None,
        "Fehler beim Laden",
        42,
        [],
        {"title": "Ohne Kennung"},
        {"id": "", "name": None},
    ]
    for step, entry in enumerate(wrong):
        bent.insert(2 + step * 3, entry)
    return bent


def _bent(entry: Package, position: int) -> Package:
    changes: tuple[dict[str, Any], ...] = (
        {"title": None, "resources": None},
        {"tags": None, "groups": {"name": "envi"}, "notes": None},
        {"extras": "keine", "organization": "Stadt"},
        {
            "resources": [None, "https://www.grossmusterode.example/a.csv", *entry["resources"]],
            "title": ["Liste"],
        },
    )
    return {**entry, **changes[position // 4 % len(changes)]} if position % 4 == 0 else entry


def matches(entry: Any, fq: str) -> bool:
    """Whether a package passes the filters that harvesters use: `organization:`, `type:`, `metadata_modified:[A TO *]`."""
    if not fq or not isinstance(entry, dict):
        return True
    since = re.search(r"metadata_modified:\[(\S+) TO", fq)
    if since and since[1] != "*" and str(entry.get("metadata_modified", "")) < since[1].rstrip("Z"):
        return False
    organization = re.search(r'organization:"?([\w-]+)', fq)
    owner = entry.get("organization")
    if organization and (not isinstance(owner, dict) or owner["name"] != organization[1]):
        return False
    kind = re.search(r'(-|!)?\b(?:dataset_)?type:"?(\w+)', fq)
    return not kind or (entry.get("type") == kind[2]) != bool(kind[1])


def _group_name(group: Any) -> str:
    return str(group["name"] if isinstance(group, dict) else group)


def _success(action: str, host: str, result: object) -> Response:
    help_address = f"https://{host}/api/3/action/help_show?name={action}"
    return json_response({"help": help_address, "success": True, "result": result})


def _failure(message: str, status: int) -> Response:
    return json_response(
        {"success": False, "error": {"__type": "Not Found Error", "message": message}}, status
    )
