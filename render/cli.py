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
@click.option(
    "--layout", type=click.Choice(["kept", "fresh"]), default="kept", show_default=True, help="Views as you left them, or one."
)
@click.option("--name", metavar="NAME", help="What others in a plaza see you as; by default the name that you log in with.")
@click.option("--tour/--no-tour", default=None, help="Show the guided tour, or not; by default it is shown once.")
def view(
    what: str, host: str | None, record: bool, watch: bool, size: str | None, scale: str | None, pictures: str, layout: str,
    name: str | None, tour: bool | None,
) -> None:  # fmt: skip
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
    from render.arrangement import Layouts
    from render.belongings import name_of
    from render.chronicle import Chronicle
    from render.freezer import Freezer
    from render.model import Model
    from render.scale import remembered
    from render.seen import Seen
    from render.tour import begin
    from render.touring import Shown, wanted

    try:
        found = remembered(scale)
        pixels = _size(size) if size else (round(1280 * found.display), round(800 * found.display))
        model = Model(source, Freezer(), name=name_of(name), chronicle=Chronicle(Seen()), scale=found)
        layouts = Layouts()
        if layout == "kept":
            layouts.restore(model)
        if wanted(tour, Shown(), window.is_seen()):
            begin(model)
        window.show(App(model, pixels, Path(pictures)), pixels)
        layouts.keep(model)
    finally:
        if tunnel is not None:
            tunnel.terminate()


@click.command()
@click.argument("run", metavar="RUN", type=click.Path())
@click.option("--out", required=True, type=click.Path(dir_okay=False), help="x.mp4, x.gif, or x.png for one picture.")
@click.option("--view", "names", multiple=True, help="A field (lineage by default), window, plaza, muller, tree or universe.")
@click.option("--space", help="Name of the space; the first by default.")
@click.option("--hide", multiple=True, metavar="AXIS=PLACE|mean|max", help="Hide an axis; may be given several times.")
@click.option(
    "--at", "at", multiple=True, type=int, metavar="TICK", help="A picture of this tick; given several times, a sheet."
)
@click.option("--from", "first", type=int, default=0, help="First tick.")
@click.option("--to", "last", type=int, help="Last tick.")
@click.option("--every", type=click.IntRange(min=1), default=1, show_default=True, help="Show every n-th sample.")
@click.option(
    "--by", type=click.Choice(["samples", "events"]), default="samples", show_default=True,
    help="Show samples evenly, or stay where something is new and say what.",
)  # fmt: skip
@click.option("--frames", type=click.IntRange(min=1), help="How many with --by events; by default as many as can be read.")
@click.option("--rate", type=click.IntRange(min=1, max=60), default=20, show_default=True, help="Frames per second.")
@click.option("--size", default="1280x800", show_default=True, help="In pixels.")
def film(
    run: str, out: str, names: tuple[str, ...], space: str | None, hide: tuple[str, ...], at: tuple[int, ...], first: int,
    last: int | None, every: int, by: str, frames: int | None, rate: int, size: str,
) -> None:  # fmt: skip
    """Make a film or a picture of a RUN's record, without a window."""
    from cyberspace.errors import InputError
    from render.filming import Wish, make
    from render.replay import Replay
    from render.still import Shot

    cuts = tuple((axis, what) for axis, _, what in (one.partition("=") for one in hide))
    views = names or ("lineage",)
    shot = Shot(views[0], space, cuts, _size(size), marks=by == "events")
    source = Replay(run)
    if source.damage:
        raise InputError(source.damage)
    answer(make(source, shot, Path(out), Wish(views, at, first, last, every, frames if by == "events" else None), rate))


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
