"""One measurement: how many, how long on the clock and on the processor, how much memory at most."""

from __future__ import annotations

import resource
import time
from dataclasses import dataclass
from pathlib import Path

MEGABYTE = 1e6


@dataclass(frozen=True, slots=True)
class Sample:
    """`count` things in `seconds` of wall time and `cpu` seconds of this process (all threads); `peak` is the largest
    resident size of the process from its start, in MB (10^6 bytes)."""

    count: int
    seconds: float
    cpu: float
    peak: float

    @property
    def rate(self) -> float:
        """Things a second."""
        return self.count / self.seconds


class Stopwatch:
    """Adds up the time between `start` and `stop`."""

    def __init__(self) -> None:
        self.seconds = self.cpu = 0.0
        self._began = (0.0, 0.0)

    def start(self) -> None:
        """Begin to count."""
        self._began = (time.perf_counter(), time.process_time())

    def stop(self) -> None:
        """Stop counting, until the next start."""
        wall, cpu = self._began
        self.seconds += time.perf_counter() - wall
        self.cpu += time.process_time() - cpu

    def __enter__(self) -> Stopwatch:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def sample(self, count: int) -> Sample:
        """What was measured."""
        return Sample(count, self.seconds, self.cpu, peak_memory())


def peak_memory() -> float:
    """The largest resident size of this process in MB.

    Read from `/proc` where there is one: the peak that getrusage tells counts the memory of the process that started
    this one as well.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024 / MEGABYTE
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MEGABYTE
