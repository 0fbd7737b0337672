"""`cyberspace measure`: finds the machine, measures it once, and writes `machine.json` and a world file that fits it."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from cyberspace.cores import allowed_cores, usable_cpus
from cyberspace.errors import EXIT_INPUT, InputError, problem
from cyberspace.telling import answer

if TYPE_CHECKING:
    from cyberspace.machine.fitted_world import Content
    from cyberspace.machine.pingpong import Address
    from cyberspace.ranks.mpi import Comm
    from topology.machine import Host, Link, Machine, TickTime

WORLD = "world.toml"
Found = TypeVar("Found")


@click.command()
@click.option("--out", required=True, type=click.Path(), help="Folder for machine.json and world.toml; new or empty.")
@click.option("--world-from", "template", type=click.Path(), help="World file whose far axes are to fit the machine.")
@click.option(
    "--sites", type=click.IntRange(min=64, max=2**19), default=8192, show_default=True, help="Of a region, without it."
)
def measure(out: str, template: str | None, sites: int) -> None:
    """Measure this machine once; write machine.json and a world file with stretches that fit it.

    Started by mpirun, it measures the links between ranks and hosts as well.
    """
    from cyberspace.ranks.mpi import communicator

    comm = communicator()
    try:
        _measure(comm, Path(out), template, sites)
    except (InputError, SystemExit):
        raise  # the ranks agree on it
    except BaseException:
        if comm is None:
            raise
        traceback.print_exc()
        sys.stderr.flush()
        comm.Abort(1)


def _measure(comm: Comm | None, out: Path, template: str | None, sites: int) -> None:
    from cyberspace.machine.fitted_world import MACHINE, bring_tasks, fit, read_template, soup, world_file_text
    from topology.machine_file import machine_to_text

    first = comm is None or comm.rank == 0
    content = None if template is None else _same_on_all(comm, lambda: read_template(template))
    _same_on_all(comm, lambda: _check_folder(out))
    hosts, means, addresses = find_hosts(comm)
    content = content or soup(_draft(hosts, means), sites)
    pace = find_tick_time(comm, content, hosts, template or "the world of this machine")
    machine = _machine(hosts, find_links(comm, hosts, addresses), pace, means)
    if not first:
        return
    fitted = fit(content, machine)
    out.mkdir(parents=True, exist_ok=True)
    if template is not None:
        fitted = bring_tasks(fitted, Path(template).parent, out)
    (out / MACHINE).write_text(machine_to_text(machine), encoding="utf-8")
    (out / WORLD).write_text(world_file_text(fitted, template or "the shape of the machine"), encoding="utf-8")
    for line in summary(machine, fitted):
        answer(line)


def _check_folder(path: Path) -> None:
    """Whether it can be written to, before minutes are spent on measuring; it is left as it was."""
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise InputError(problem(f"--out {path}", "a place in use", "a new or empty folder", "another --out"))
    made = [folder for folder in (path, *path.parents) if not folder.exists()]
    try:
        path.mkdir(parents=True, exist_ok=True)
        (path / WORLD).touch()
        (path / WORLD).unlink()
    except OSError as error:
        got = f"a place that can't be written to ({error.strerror})"
        raise InputError(problem(f"--out {path}", got, "a new or empty folder", "another --out")) from None
    finally:
        for folder in made:
            with suppress(OSError):
                folder.rmdir()


def _same_on_all(comm: Comm | None, work: Callable[[], Found]) -> Found:
    """What rank 0 found, on every rank; what it refused is told by it and ends all."""
    if comm is None:
        return work()
    found: list[Found] = []
    error: InputError | None = None
    if comm.rank == 0:
        try:
            found.append(work())
        except InputError as refused:
            error = refused
    found = comm.bcast(found, root=0)
    if error is not None:
        raise error
    if not found:
        raise SystemExit(EXIT_INPUT)
    return found[0]


def find_hosts(comm: Comm | None) -> tuple[tuple[Host, ...], tuple[str, ...], list[Address]]:
    """The hosts of the job, by what means they were found, and the address of each rank."""
    from cyberspace.machine import detect
    from topology.machine import Host

    mine = ((*detect.find_place(os.environ), detect.find_name()), usable_cpus())
    seen = [mine] if comm is None else comm.allgather(mine)
    addresses = [address for address, _ in seen]
    found = None
    if comm is None or addresses.index(mine[0]) == comm.rank:  # the first rank of a host looks at it
        cpus = frozenset().union(*(cpus for address, cpus in seen if address == mine[0]))
        processors, told = detect.find_processors(cpus)
        gpus, gpus_told = detect.find_gpus(os.environ)
        *place, name = mine[0]
        host = Host(name, tuple(place), addresses.count(mine[0]), lanes=detect.find_lanes(), gpus=gpus, **vars(processors))
        found = host, (f"processors: {told}", f"GPUs: {gpus_told}")
    all_found = [one for one in ([found] if comm is None else comm.allgather(found)) if one is not None]
    means = [line for _, lines in all_found for line in lines]
    means += [f"hosts: {'one process' if comm is None else 'MPI'}", f"racks: {'Slurm' if mine[0][-2] else 'unknown'}"]
    return tuple(host for host, _ in all_found), tuple(dict.fromkeys(means)), addresses


def find_tick_time(comm: Comm | None, content: Content, hosts: Sequence[Host], name: str) -> TickTime:
    """The tick of the fastest rank, all running at once, each with its share of the cores."""
    from cyberspace.machine import detect
    from cyberspace.machine.fitted_world import one_region
    from cyberspace.machine.tick_time import measure_tick
    from cyberspace.worldfile.build import universe_from_text
    from cyberspace.worldfile.toml_text import toml_text

    text, folder = toml_text(dict(one_region(content))), Path(name).parent
    _same_on_all(comm, lambda: bool(universe_from_text(text, name, folder)))  # its answer crosses to all ranks, so a short one
    universe, file = universe_from_text(text, name, folder)
    cores = next(host for host in hosts if host.name == detect.find_name())
    threads = max(1, min(allowed_cores(), cores.cores // cores.ranks))
    pace = measure_tick(universe.worlds[0], threads, file.world.far_tide)
    paces = [pace] if comm is None else comm.allgather(pace)
    return min(paces, key=lambda pace: pace.seconds)


def find_links(comm: Comm | None, hosts: Sequence[Host], addresses: Sequence[Address]) -> tuple[Link, ...]:
    """All links: inside the first process while the others sleep, then between ranks."""
    from cyberspace.machine import detect, pingpong, probes

    inside: list[Link] = []
    if comm is None or comm.rank == 0:
        threads = probes.thread_link(len(usable_cpus()))
        inside = [*probes.memory_links(hosts[0].caches), *([threads] if threads else [])]
        inside += probes.device_links(detect.jax_gpus()) if hosts[0].gpus else []
    if comm is None:
        return tuple(inside)
    pingpong.quiet_barrier(comm)
    return (*inside, *pingpong.rank_links(comm, addresses))


def _draft(hosts: tuple[Host, ...], means: tuple[str, ...]) -> Machine:
    """The machine before anything is measured: its shape alone."""
    from topology.machine import Machine, TickTime

    return Machine(hosts, (), TickTime(1.0, 0.0, 0.0, 0.0, 1, 0, 1, "none"), means)


def _machine(hosts: tuple[Host, ...], links: tuple[Link, ...], pace: TickTime, means: tuple[str, ...]) -> Machine:
    from topology.machine import Machine

    return Machine(hosts, links, pace, means)


def summary(machine: Machine, content: Content) -> list[str]:
    """What was found, in lines for a person."""
    from cyberspace.machine.fitted_world import the_space

    host = machine.hosts[0]
    lines = [
        f"hosts {len(machine.hosts)}, each like {host.name}: ranks {host.ranks}, packages {host.packages}, NUMA nodes "
        f"{host.nodes}, cores {host.cores}, threads {host.threads}, lanes {host.lanes}, GPUs {len(host.gpus)}"
    ]
    lines += [f"found by {line}" for line in machine.means]
    for link in machine.links:
        lines.append(
            f"{link.level:9} latency {1e6 * link.latency:10.3f} us, p99 {1e6 * link.latency_p99:10.3f} us, "
            f"bandwidth {link.bandwidth / 1e9:8.2f} GB/s, pairs {link.pairs}"
        )
    pace = machine.pace
    lines.append(
        f"tick      {1e6 * pace.seconds:.1f} us for {pace.sites:,} sites ({1e9 * pace.site:.1f} ns a site), jitter "
        f"{pace.jitter:.2f}, stalls {pace.stalls:.4f}; {pace.backend}, {pace.threads} threads; letter {pace.letter:,} bytes"
    )
    axes = the_space(content)["axes"]
    lines += [f"axis {name:6} {axis}" for name, axis in axes.items()]
    return lines
