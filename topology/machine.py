"""The machine as found: frozen facts about hosts, devices and links, and how long a tick takes on them.

Nothing here looks at the machine; `cyberspace.machine.detect` and `cyberspace.machine.probes` do, once, and a run reads what they wrote.
"""

from __future__ import annotations

from dataclasses import dataclass

from topology.axes import FAR_AXES

VERSION = 1
"""The version of the file that `topology.machine_file` reads and writes; another one is refused."""

FAR_LEVELS = FAR_AXES
"""Links between ranks, by the widest thing that they leave: `host` joins two hosts of a rack, `device` two ranks of a host."""

PLACE_LEVELS = FAR_LEVELS[:-2]
"""What a host stands in, from the widest: a row, and a rack of it."""

NEAR_LEVELS = ("L1", "L2", "L3", "memory", "thread", "copy-in", "copy-out", "peer")
"""Links inside a process: caches, memory, the threads of one kernel, copies to and from a GPU, and between two GPUs."""

LEVELS = FAR_LEVELS + NEAR_LEVELS


@dataclass(frozen=True)
class Cache:
    """One kind of cache of a host.

    Attributes:
        level: 1 to 5.
        size: Bytes of one cache.
        shared: Hardware threads that share one.
    """

    level: int
    size: int
    shared: int


@dataclass(frozen=True)
class Gpu:
    """One GPU of a host.

    Attributes:
        name: What its driver calls it.
        memory: Bytes.
        sms: Multiprocessors; 0 if nobody could say.
        links: How it is joined with each GPU of the host, itself included: "self", "nvlink", "switch", "bridge", "node" or
            "system", from close to wide; "unknown" if nobody could say.
    """

    name: str
    memory: int
    sms: int
    links: tuple[str, ...]


@dataclass(frozen=True)
class Host:
    """One host: what of it this job may use.

    Attributes:
        name: Its name.
        place: Names of what it stands in, by `PLACE_LEVELS`; "" where nobody could say.
        ranks: Ranks of the job on it.
        packages: Processors in sockets.
        nodes: NUMA nodes.
        cores: Cores.
        threads: Hardware threads, all cores together.
        lanes: 16-bit integers in one vector register.
        memory: Bytes; 0 if nobody could say.
        caches: Data caches, by level.
        gpus: Its GPUs.
    """

    name: str
    place: tuple[str, ...]
    ranks: int
    packages: int
    nodes: int
    cores: int
    threads: int
    lanes: int
    memory: int
    caches: tuple[Cache, ...]
    gpus: tuple[Gpu, ...]


@dataclass(frozen=True)
class Link:
    """What it costs to reach one level.

    Attributes:
        level: One of `LEVELS`.
        latency: Seconds of a small message (one way), median.
        latency_p99: Seconds, 99 of 100 are faster; of the worst pair.
        bandwidth: Bytes per second of 1 MiB; of the worst pair.
        pairs: Pairs that were sampled.
    """

    level: str
    latency: float
    latency_p99: float
    bandwidth: float
    pairs: int


@dataclass(frozen=True)
class TickTime:
    """How long a tick of one region takes.

    Attributes:
        seconds: Median seconds of a tick, of the fastest rank.
        jitter: Standard deviation over mean of single ticks, stalls left out.
        stalls: Share of the ticks that took more than five times the median.
        stall: Mean of those, in medians; 0 if there were none.
        sites: Sites of the region.
        letter: Bytes of its letter along a far axis.
        threads: Threads it used.
        backend: What it ran on.
    """

    seconds: float
    jitter: float
    stalls: float
    stall: float
    sites: int
    letter: int
    threads: int
    backend: str

    @property
    def site(self) -> float:
        """Seconds of a tick for each site."""
        return self.seconds / self.sites


@dataclass(frozen=True)
class Machine:
    """All that was found.

    Attributes:
        hosts: All hosts, in the order of their first ranks.
        links: One for each level that was measured.
        pace: How long a tick takes, of the world that was given.
        means: What was used to find it, as "what: with what".
    """

    hosts: tuple[Host, ...]
    links: tuple[Link, ...]
    pace: TickTime
    means: tuple[str, ...]

    def link(self, level: str) -> Link | None:
        """The link of a level, if it was measured."""
        return next((link for link in self.links if link.level == level), None)
