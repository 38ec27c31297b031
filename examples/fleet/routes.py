"""A site as a table of its paths, and what the listings of many products have in common."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from fleet.message import Request, Response, not_found

Route = Callable[[Request], Response]
Routes = Mapping[str, Route]
Fails = Callable[[Sequence[Any]], bool]
"""Whether a page with these items cannot be served."""


class Routed:
    """A site whose paths each lead to a function; every other path is not found."""

    def __init__(self, routes: Routes) -> None:
        self.routes = routes

    def __call__(self, request: Request) -> Response:
        """What stands at the request's path."""
        route = self.routes.get(unquote(request.path))
        return route(request) if route else not_found()


def text(body: str | bytes, content_type: str = "text/html", status: int = 200) -> Response:
    """A text (as UTF-8) or bytes."""
    return Response(body.encode() if isinstance(body, str) else body, content_type, status)


def fixed(response: Response) -> Route:
    """A route that always answers the same."""
    return lambda request: response


def sound(items: Sequence[Any]) -> bool:
    """No page fails."""
    return False


def spoilt_by(*spoilt: Any) -> Fails:
    """Each page fails that holds one of these items themselves."""
    return lambda items: any(item is one for item in items for one in spoilt)
