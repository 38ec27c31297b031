"""What a whole run may spend: time and requests, counted over all its portals."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from crawler.fetch.options import Options


class Budget:
    """Seconds from now on and requests; None is no bound. Requests under way when it is spent are still waited for."""

    def __init__(
        self,
        seconds: float | None = None,
        requests: int | None = None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._clock, self._requests = clock, requests
        self._seconds = seconds
        self._until = None if seconds is None else clock() + seconds
        self._made: dict[str, int] = {}

    @classmethod
    def of(cls, options: Options) -> Budget:
        """The budget that a run's options set."""
        return cls(options.run_seconds, options.run_requests)

    def note(self, portal: str, requests: int) -> None:
        """So many requests a portal has made by now."""
        self._made[portal] = max(requests, self._made.get(portal, 0))

    @property
    def spent(self) -> str:
        """One sentence once the budget is spent; empty before."""
        if self._until is not None and self._clock() >= self._until:
            return f"The run's {self._seconds:g} seconds were over."
        if self._requests is not None and sum(self._made.values()) >= self._requests:
            return f"The run's {self._requests} requests were made."
        return ""
