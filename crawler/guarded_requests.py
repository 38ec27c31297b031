"""A session of `requests` that keeps to the public internet: looks at the peer it is connected to before a byte is sent.

What a name resolves to, a redirect or a second look at the name system then matters no more: the connection itself counts.
"""

from __future__ import annotations

from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError

from crawler.fetch.guard import is_public


class _Checked:
    """Closes a connection to an address that is not public."""

    def _new_conn(self) -> Any:
        made = super()._new_conn()  # type: ignore[misc]
        peer = str(made.getpeername()[0])
        if not is_public(peer):
            made.close()
            raise NewConnectionError(self, f"{peer} is a private address, which is not allowed.")  # type: ignore[arg-type]
        return made


class _Plain(_Checked, HTTPConnection):
    """HTTP."""


class _Private(_Checked, HTTPSConnection):
    """HTTPS."""


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _PrivatePool(HTTPSConnectionPool):
    ConnectionCls = _Private


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """The pools of this module in the place of urllib3's own."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _PrivatePool}


def public_session() -> requests.Session:
    """A session that refuses private addresses, ignores proxies of the environment and knows no other schemes."""
    session = requests.Session()
    session.trust_env = False
    session.adapters.clear()
    for scheme in ("http://", "https://"):
        session.mount(scheme, _Adapter())
    return session
