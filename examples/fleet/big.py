"""Large portals in a process of their own, so that a benchmark measures the crawler alone."""

import argparse
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Event
from types import TracebackType
from typing import Self

from fleet.big_pages import RDF_TYPES, BigCkanSite, BigDcatSite
from fleet.server import LOOPBACK, PortalServer


class BigPortal:
    """A portal that `python -m fleet.big` serves; use it as a context manager, `url` is its address."""

    def __init__(self, *arguments: str) -> None:
        self.arguments = arguments
        self.url = ""
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        """Starts the process and waits for its address; raises `RuntimeError` if it ends without one."""
        command = [sys.executable, "-m", "fleet.big", *self.arguments, "--until-eof"]
        room = str(Path(__file__).parents[1])
        path = os.pathsep.join(filter(None, (room, os.environ.get("PYTHONPATH"))))
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": path},
        )
        assert self._process.stdout
        self.url = self._process.stdout.readline().strip()
        if not self.url:
            self._process.communicate()
            raise RuntimeError("the portal's process ended before it served")
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Ends the process."""
        if self._process:
            self._process.communicate()

    @property
    def pid(self) -> int:
        """The process's number; 0 before it is started."""
        return self._process.pid if self._process else 0


class BigCkan(BigPortal):
    """A CKAN of `n` datasets (about 7 kB of JSON at 3 resources); `package_search` gives up to 1,000 rows."""

    def __init__(self, n: int = 20_000, resources: int = 3, seed: int = 1) -> None:
        super().__init__("ckan", f"--n={n}", f"--resources={resources}", f"--seed={seed}")


class BigDcat(BigPortal):
    """A DCAT feed of `n` datasets (about 60 triples, 3 distributions) in Hydra pages; `format` is ttl, nt or xml."""

    def __init__(self, n: int = 10_000, per_page: int = 100, format: str = "ttl", seed: int = 1) -> None:  # noqa: A002
        super().__init__("dcat", f"--n={n}", f"--per-page={per_page}", f"--format={format}", f"--seed={seed}")


def main() -> None:
    """Prints the address and serves until Ctrl-C, or until standard input ends."""
    options = _parser().parse_args()
    site: BigCkanSite | BigDcatSite
    if options.kind == "ckan":
        site, path = BigCkanSite(options.n, options.resources, options.seed), "/"
    else:
        site = BigDcatSite(options.n, options.per_page, options.format, options.seed)
        path = site.path
    server = PortalServer(site)
    server.start()
    print(f"http://{LOOPBACK}:{server.server_port}{path}", flush=True)
    _wait(options.until_eof)
    server.stop()


def _wait(until_eof: bool) -> None:
    with suppress(KeyboardInterrupt):
        sys.stdin.read() if until_eof else Event().wait()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m fleet.big", description="A large portal for benchmarks.")
    parser.add_argument("kind", choices=["ckan", "dcat"], nargs="?", default="ckan")
    parser.add_argument("--n", type=int, default=20_000, help="number of datasets")
    parser.add_argument("--resources", type=int, default=3, help="resources of each dataset (ckan)")
    parser.add_argument("--per-page", type=int, default=100, help="datasets on each page (dcat)")
    parser.add_argument("--format", choices=sorted(RDF_TYPES), default="ttl", help="serialisation (dcat)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--until-eof", action="store_true", help="end when standard input ends")
    return parser


if __name__ == "__main__":
    main()
