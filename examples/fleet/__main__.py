"""`python -m fleet serve [--epoch N]` starts the fleet, prints its addresses and serves until Ctrl-C."""

import argparse
from contextlib import suppress
from threading import Event

from fleet.server import EPOCHS, Fleet


def main() -> None:
    """Serves the fleet."""
    parser = argparse.ArgumentParser(
        prog="python -m fleet", description="Example portals of fictional municipalities."
    )
    parser.add_argument("command", choices=["serve"])
    parser.add_argument(
        "--epoch", type=int, default=1, choices=EPOCHS, help="1 to 3; later ones change records"
    )
    parser.add_argument("--seed", type=int, default=1, help="decides what the portals hold")
    parser.add_argument("--size", type=float, default=1.0, help="factor for the number of datasets")
    parser.add_argument("--csv", action="store_true", help="print the addresses as a registry (CSV)")
    options = parser.parse_args()
    with Fleet(options.seed, options.epoch, options.size) as fleet:
        print(fleet.registry_csv() if options.csv else overview(fleet), flush=True)
        wait()


def overview(fleet: Fleet) -> str:
    """One line a portal: address, key, kind and what is odd."""
    width = max(len(fleet.url(key)) for key in fleet.portals)
    return "\n".join(
        f"{fleet.url(key):<{width}}  {key}: {each.description}" for key, each in fleet.portals.items()
    )


def wait() -> None:
    """Sleeps until Ctrl-C."""
    with suppress(KeyboardInterrupt):
        Event().wait()


if __name__ == "__main__":
    main()
