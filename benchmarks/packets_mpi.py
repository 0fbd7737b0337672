"""Bytes of packets that really cross between ranks, by router and number of ranks.

    mpirun -n 4 python -m benchmarks.packets_mpi [--sites N] [--rounds N] [--out FILE]

Each rank holds a slab of the lattice of sites; a quarter of its sites makes a packet a round, and a router takes each to 8
sites.  One that lives on another rank is sent to as bytes of a packet (`pack`), once a rank, whatever number of sites there it is
for; the receiver checks it (`unpack`).  Counted are the bytes that were handed to MPI; what the network adds is not.
"""

from __future__ import annotations

import json
import struct
import time
from argparse import ArgumentParser
from collections import defaultdict
from pathlib import Path

import numpy as np
from mpi4py import MPI

from cyberspace.collective.packets.community import Community, community
from cyberspace.collective.packets.packet import Packet, pack, unpack
from cyberspace.collective.packets.routers.router import Router
from cyberspace.collective.packets.routers.table import ROUTERS

K, SHARE = 8, 0.25
HEAD = struct.Struct("<HH")
"""Before a packet: its bytes, and for how many sites it is; then their numbers."""

Letters = dict[int, list[bytes]]


def packet_of(people: Community, site: int, draws: np.random.Generator) -> bytes:
    """A packet as it would be sent, unsigned."""
    action = tuple((f"gene {k}", float(np.float32(value))) for k, value in enumerate(draws.standard_normal(8)))
    effect, error = (float(np.float32(value)) for value in draws.random(2))
    return pack(Packet(bytes(16), people.prints[site].tobytes(), action, effect, error, n=4, made=1_800_000_000))


def letters(people: Community, router: Router, owner: np.ndarray, rank: int, draws: np.random.Generator) -> tuple[Letters, int]:
    """What one rank sends in a round, by receiver, and how many deliveries stay at home."""
    mine = np.nonzero(owner == rank)[0]
    authors = draws.choice(mine, int(SHARE * len(mine)), replace=False)
    routed = router.route(authors, people.prints[authors], K)
    found: Letters = defaultdict(list)
    home = 0
    for author, sites in zip(authors, routed.sites, strict=True):
        data = packet_of(people, int(author), draws)
        there = sites[sites >= 0]
        for other in np.unique(owner[there]):
            to = there[owner[there] == other]
            if other == rank:
                home += len(to)
            else:
                found[int(other)].append(HEAD.pack(len(data), len(to)) + data + to.astype("<u4").tobytes())
    return found, home


def received(raw: bytes) -> int:
    """Deliveries in what came from another rank, each packet checked."""
    at = count = 0
    while at < len(raw):
        size, sites = HEAD.unpack_from(raw, at)
        unpack(raw[at + HEAD.size : at + HEAD.size + size])
        at += HEAD.size + size + 4 * sites
        count += sites
    return count


def measure(world: MPI.Comm, people: Community, name: str, rounds: int) -> dict[str, object]:
    """One router: bytes a site and round between ranks, and the share of deliveries that cross."""
    count, draws = len(people.prints), np.random.default_rng(world.rank)
    owner = np.arange(count) * world.size // count
    router = ROUTERS[name](people.prints, 1)
    sent = crossed = home = 0
    start = time.perf_counter()
    for _ in range(rounds):
        out, stayed = letters(people, router, owner, world.rank, draws)
        parts = [b"".join(out.get(rank, [])) for rank in range(world.size)]
        sent += sum(map(len, parts))
        crossed += sum(received(raw) for raw in world.alltoall(parts))
        home += stayed
    seconds = time.perf_counter() - start
    sent, crossed, home = (world.allreduce(value) for value in (sent, crossed, home))
    return {
        "router": name, "ranks": world.size, "sites": count, "rounds": rounds,
        "bytes_a_site_and_round": sent / count / rounds, "deliveries": crossed + home,
        "crossed": crossed / max(1, crossed + home), "bytes_a_delivery": sent / max(1, crossed), "seconds": seconds,
    }  # fmt: skip


def main() -> None:
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sites", type=int, default=2197)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--out", type=Path, help="Rows are added to this file.")
    given = parser.parse_args()
    world, people = MPI.COMM_WORLD, community(given.sites, 1)
    for name in ROUTERS:
        found = measure(world, people, name, given.rounds)
        if world.rank == 0:
            print({key: round(value, 3) if isinstance(value, float) else value for key, value in found.items()}, flush=True)
            if given.out is not None:
                rows = json.loads(given.out.read_text()) if given.out.exists() else []
                given.out.write_text(json.dumps([*rows, found], indent=1) + "\n")


if __name__ == "__main__":
    main()
