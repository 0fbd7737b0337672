"""Commands of this package, found by entry point.  Nothing heavy is imported until a command runs."""

from __future__ import annotations

import re
from pathlib import Path

import click

from cyberspace.telling import answer, say


@click.command()
@click.argument("path", metavar="RUN", type=click.Path())
def report(path: str) -> None:
    """Draw figures and one HTML page into the folder of RUN."""
    from render.report import write_report

    page, damaged = write_report(path)
    for line in damaged:
        say(line)
    answer(page)


@click.command()
@click.argument("what", metavar="RUN|FILE")
@click.option("--ssh", "host", metavar="HOST", help="RUN is a folder on HOST: open a tunnel to it.")
@click.option("--record", is_flag=True, help="Show the record, even of a run that goes on.")
@click.option("--watch", is_flag=True, help="Only watch, even where one could play.")
@click.option("--size", help="Of the window, in pixels; 1280x800, more on a dense display.")
@click.option("--scale", metavar="auto|1 to 4", help="Of text and panels; remembered (ctrl+plus, ctrl+minus, ctrl+0).")
@click.option(
    "--pictures", type=click.Path(file_okay=False), default=".", show_default=True, help="Folder for pictures and films."
)
@click.option("--name", metavar="NAME", help="What others in a plaza see you as; by default the name that you log in with.")
def view(
    what: str, host: str | None, record: bool, watch: bool, size: str | None, scale: str | None, pictures: str, name: str | None
) -> None:
    """Open the viewer on a RUN: one that goes on (started with --serve), or its record.

    FILE is a connection file, play.json or watch.json, of a run elsewhere.
    """
    from render import attach

    tunnel = None
    if host is not None:
        _check_window()
        source, tunnel = attach.open_remote(host, what, watch)
    else:
        source = attach.open_source(what, record, watch, meanwhile=_check_window)
    from render import window
    from render.app import App
    from render.belongings import name_of
    from render.chronicle import Chronicle
    from render.freezer import Freezer
    from render.model import Model
    from render.scale import remembered
    from render.seen import Seen

    try:
        found = remembered(scale)
        pixels = _size(size) if size else (round(1280 * found.display), round(800 * found.display))
        model = Model(source, Freezer(), name=name_of(name), chronicle=Chronicle(Seen()), scale=found)
        window.show(App(model, pixels, Path(pictures)), pixels)
    finally:
        if tunnel is not None:
            tunnel.terminate()


@click.command()
@click.argument("run", metavar="RUN", type=click.Path())
@click.option("--out", required=True, type=click.Path(dir_okay=False), help="x.mp4, x.gif, or x.png for one picture.")
@click.option("--view", "name", default="lineage", show_default=True, help="A field, window, or plaza.")
@click.option("--space", help="Name of the space; the first by default.")
@click.option("--hide", multiple=True, metavar="AXIS=PLACE|mean|max", help="Hide an axis; may be given several times.")
@click.option("--from", "first", type=int, default=0, help="First tick.")
@click.option("--to", "last", type=int, help="Last tick.")
@click.option("--every", type=click.IntRange(min=1), default=1, show_default=True, help="Show every n-th sample.")
@click.option("--rate", type=click.IntRange(min=1, max=60), default=20, show_default=True, help="Frames per second.")
@click.option("--size", default="1280x800", show_default=True, help="In pixels.")
def film(
    run: str, out: str, name: str, space: str | None, hide: tuple[str, ...], first: int, last: int | None, every: int, rate: int, size: str
) -> None:  # fmt: skip
    """Make a film or a picture of a RUN's record, without a window."""
    from cyberspace.errors import InputError
    from render import film as films
    from render.replay import Replay
    from render.still import Shot, prepare, shoot

    cuts = tuple((axis, what) for axis, _, what in (one.partition("=") for one in hide))
    shot = Shot(name, space, cuts, _size(size))
    source = Replay(run)
    if source.damage:
        raise InputError(source.damage)
    model = prepare(source, shot)
    ticks = [int(tick) for tick in source.ticks() if tick >= first and (last is None or tick <= last)][::every]
    count = films.write_film(Path(out), shoot(model, shot, ticks[-1:] if out.endswith(".png") else ticks), rate)
    answer(f"{out}: {count} frame{'s' if count > 1 else ''}")


def _check_window() -> None:
    """Load what a window needs, which takes as long as a run takes to answer, and check that it is there."""
    from render import window

    window.check_pygame()


def _size(words: str) -> tuple[int, int]:
    """Pixels of "WIDTHxHEIGHT"."""
    from cyberspace.errors import InputError, problem

    found = re.fullmatch(r"([0-9]{1,5})x([0-9]{1,5})", words)
    width, height = map(int, found.groups()) if found else (0, 0)
    if not (320 <= width <= 7680 and 240 <= height <= 4320):
        raise InputError(problem("--size", repr(words), "WIDTHxHEIGHT, 320x240 to 7680x4320", "1280x800"))
    return width, height
