"""The command `launch`: a run on many ranks, started again where a host was lost, and an exit code that tells what became of it."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from cyberspace.cli import Ticks, run
from cyberspace.errors import EXIT_INTERRUPTED, EXIT_LOST, EXIT_STUCK
from cyberspace.ranks.attempt import End, Stops, attempt, stops
from cyberspace.ranks.hosts import Host, answering, hosts_of, spread, ways_here
from cyberspace.ranks.launch import SESSIONS, command
from cyberspace.telling import say

ALLOCATIONS = ("SLURM_JOB_ID", "PBS_NODEFILE", "LSB_HOSTS", "PE_HOSTFILE")
"""Tell Open MPI of hosts without a hostfile."""

FRESH = ("world", "out", "seed", "resumed", "ticks", "force")
"""Parameters of `run` that a resume does not repeat."""

PAUSE_SECONDS = 1.0


@dataclass(frozen=True)
class Wish:
    """What is to be launched.

    Attributes:
        ranks: How many.
        hosts: Where; none for this host, or those of an allocation.
        arguments: Of `cyberspace run`.
        path: The run's folder.
        ticks: The tick to reach.
        deadline: Seconds that a rank waits for another.
        resume: Arguments of `cyberspace run` that go on with the run.
        where: The options of `launch` that name hosts.
    """

    ranks: int
    hosts: tuple[Host, ...]
    arguments: tuple[str, ...]
    path: Path
    ticks: int
    deadline: float
    resume: tuple[str, ...]
    where: tuple[str, ...]

    @property
    def begun(self) -> bool:
        """Whether the run's folder holds a run."""
        from cyberspace.record.run_folder import ABOUT

        return (self.path / ABOUT).is_file()

    @property
    def standing(self) -> int | None:
        """Tick of the run's newest checkpoint."""
        from cyberspace.record import checkpoint
        from cyberspace.record.run_folder import CHECKPOINTS

        return max((checkpoint.tick_of(path) for path in checkpoint.checkpoints(self.path / CHECKPOINTS)), default=None)

    @property
    def attempt(self) -> str:
        """What to type to go on."""
        start = ["cyberspace", "launch", "-n", str(self.ranks), *self.where]
        return " ".join([*start, *(self.resume if self.begun else self.arguments)])


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("-n", "ranks", type=click.IntRange(min=1), required=True, help="Ranks.")
@click.option("--hostfile", type=click.Path(), help="Hosts to run on, a line each: node1 slots=4.")
@click.option("--host", "listed", metavar="HOST[:SLOTS],...", help="The same in one word: node1:4,node2.")
@click.option(
    "--restarts", type=click.IntRange(min=0), default=3, show_default=True, help="Times to start again if a host is lost."
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[OPTIONS OF RUN]...")
def launch(ranks: int, hostfile: str | None, listed: str | None, restarts: int, arguments: tuple[str, ...]) -> None:
    """Run WORLD, or go on with a run, on many ranks: mpirun with what this machine needs."""
    # What is wrong with the options is told once, not by every rank.
    context = run.make_context("run", list(arguments))
    hosts = hosts_of(hostfile, listed)
    where = [word for option, value in (("--hostfile", hostfile), ("--host", listed)) if value for word in (option, value)]
    known = context.params
    path, ticks = Path(known["resumed"] or known["out"] or "."), _last(known["ticks"], known["resumed"], known["force"])
    words = (*arguments, "--ticks", str(ticks)) if known["ticks"].more else arguments
    wish = Wish(
        ranks, tuple(hosts), words, path, ticks, known["deadline"],
        ("--resume", str(path), "--ticks", str(ticks), *_repeated(context)), tuple(where),
    )  # fmt: skip
    with stops() as taken:
        sys.exit(supervise(wish, restarts, taken))


def _last(ticks: Ticks, resumed: str | None, force: bool) -> int:
    """The tick to reach, whatever happens on the way and wherever the run is started again."""
    if not ticks.more:
        return ticks.number
    from cyberspace.record.run_folder import open_run
    from cyberspace.run.runtime import end_of
    from cyberspace.run.survey import survey

    return end_of(survey(open_run(resumed), force).stands if resumed else 0, ticks.number, more=True)


def _repeated(context: click.Context) -> list[str]:
    """The options of a run that its resume has as well, as words."""
    words: list[str] = []
    for option in run.params:
        value = context.params.get(option.name or "")
        if option.name in FRESH or value is None or value == option.get_default(context):
            continue
        words += [option.opts[0]] if getattr(option, "is_flag", False) else [option.opts[0], str(value)]
    return words


def supervise(wish: Wish, restarts: int, taken: Stops) -> int:
    """Start a job until it has an end that another start would not better; the exit code."""
    hosts, arguments, left = wish.hosts, wish.arguments, restarts
    while True:
        end = _start(wish, hosts, arguments, taken)
        code = verdict(wish, end)
        if taken.count or left == 0 or not _lost(end, hosts, code, left < restarts):
            break
        left -= 1
        before = hosts
        if hosts and not (hosts := tuple(answering(hosts))):
            break
        arguments = wish.resume if wish.begun else wish.arguments
        mute = [host.name for host in before if host not in hosts]
        _tell_restart(wish, end, mute, hosts, restarts - left, restarts)
        time.sleep(PAUSE_SECONDS)
    if code:
        _tell_end(wish, end, code)
    return code


def _start(wish: Wish, hosts: Sequence[Host], arguments: Sequence[str], taken: Stops) -> End:
    with tempfile.TemporaryDirectory(dir=os.environ.get(SESSIONS)) as folder:
        hostfile = Path(folder) / "hosts" if hosts else None
        if hostfile is not None:
            hostfile.write_text("".join(f"{name}\n" for name in spread(wish.ranks, hosts)))
        line, environment = command(wish.ranks, hostfile, arguments, Path(folder))
        far = bool(hosts) or any(name in os.environ for name in ALLOCATIONS)
        addresses = ways_here([host.name for host in hosts]) if far else ["127.0.0.1"]
        return attempt(line, environment, wish.deadline, addresses, far, taken)


def verdict(wish: Wish, end: End) -> int:
    """The exit code of a job: 0 only if its ranks or the run's folder say that the tick was reached."""
    if end.told is not None:
        return end.told
    if end.stops:
        return EXIT_INTERRUPTED
    if end.silent:
        return EXIT_STUCK
    if not end.began and end.code == 0 and (wish.standing or 0) >= wish.ticks:
        return 0  # ranks that did not find this process, but did their work
    return EXIT_LOST if end.began or end.code <= 0 else end.code


def _lost(end: End, hosts: Sequence[Host], code: int, again: bool) -> bool:
    """Whether another start may help: not all ranks were there, or they were killed and more than one host was in it.

    Where the start was one `again`, a host may have gone since it was asked whether it answers, so that no rank ever was there; where it
    was the first, that is left to whoever named the hosts.
    """
    if end.unmet or end.told == EXIT_LOST:
        return True
    killed = code == EXIT_LOST and bool(end.began)
    gone = again and end.told is None and not end.began and end.code > 0
    return len(hosts) > 1 and (killed or gone)


def _tell_restart(wish: Wish, end: End, mute: Sequence[str], hosts: Sequence[Host], number: int, most: int) -> None:
    """Say why and where it starts again; who gives no answer is likelier to have been lost than whoever was heard of last."""
    lost = ", ".join(mute or end.lost[:1]) or "a host"
    why = "not all ranks were there" if end.unmet or end.told == EXIT_LOST else f"lost {lost}, or all that ran there"
    start = f"from tick {wish.standing or 0:,}" if wish.begun else "from the beginning"
    places = f" on {', '.join(host.name for host in hosts)}" if hosts else ""
    say(f"{why}: starting again{places} {start}, restart {number} of at most {most}")


def _tell_end(wish: Wish, end: End, code: int) -> None:
    """Say what to do after an end that is not the one asked for, where the ranks did not say it."""
    if end.told is not None and not end.unmet and end.stops < 2:  # after a second signal what they said may be lost
        return
    if end.stops:
        why = "interrupted again, so ended at once" if end.stops > 1 else "interrupted before all ranks could stop together"
    elif end.silent:
        why = f"no answer from {', '.join(sorted(end.silent))} for longer than the deadline, {wish.deadline:g} s"
    elif end.unmet:
        why = "not all ranks were there"
    elif end.began:
        lost = f"; the first on {end.lost[0]}" if len({*end.began.values()}) > 1 and end.lost else ""
        why = f"the ranks died without a word (killed by somebody, or for want of memory{lost})"
    else:
        how = f"was killed by signal {-end.code}" if end.code < 0 else f"ended with exit code {end.code}"
        answer = answering(wish.hosts)
        mute = ", ".join(host.name for host in wish.hosts if host not in answer)
        first = f"leaving out {mute}, of which no answer came" if mute else f"cyberspace doctor, then {wish.attempt}"
        say(f"mpirun {how} before any rank was there; try: {first}")
        return
    stands = f"{wish.path} stands at tick {wish.standing or 0:,}" if wish.begun else f"no run was begun in {wish.path}"
    say(f"{why}; {stands}; try: {wish.attempt}")
