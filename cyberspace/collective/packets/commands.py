"""The command `cyberspace packets`: what a packet says, what a folder of them advises, and what they bring."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path

import click

from cyberspace.collective.missing import extra
from cyberspace.telling import answer


def _needed(*modules: str) -> None:
    """Say what is missing before anything is done."""
    with extra("packets"):
        for name in modules:
            import_module(name)


@click.group()
def packets() -> None:
    """Outcomes of experiments in 512 bytes, routed to those who can use them."""


@packets.command()
@click.option("--out", default="packets-demo", show_default=True, type=click.Path(file_okay=False), help="Folder of the page.")
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0, 2**31), help="Of the first community.")
def demo(out: str, seed: int) -> None:
    """Show what packets bring by router, with liars, and how far they travel; about a minute on two cores."""
    _needed("faiss", "msgpack", "scipy")
    from cyberspace.collective.packets.demo import demo as run

    answer(str(run(Path(out), seed, answer)))


@packets.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path())
@click.option("--json", "as_json", is_flag=True, help="One JSON object a packet.")
def read(files: tuple[str, ...], as_json: bool) -> None:
    """Check packets and tell what they say; one that is too large, forged or of another version is refused by name."""
    _needed("msgpack", "cryptography")
    from cyberspace.collective.packets.folder import read_all, said

    for name, packet in read_all(files):
        found = said(packet)
        if as_json:
            answer(json.dumps({"file": name, **found}))
        else:
            answer(name)
            for key, value in found.items():
                answer(f"  {key:12} {value}")


@packets.command()
@click.argument("folder", type=click.Path())
@click.argument("features", metavar="FEATURE=NUMBER...", nargs=-1, required=True)
@click.option("--task", help="Only packets of this task, by its hash in hex; needed where a folder holds several.")
@click.option("--robust", is_flag=True, help="By medians: holds while less than half of the authors lie.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def advise(folder: str, features: tuple[str, ...], task: str | None, robust: bool, as_json: bool) -> None:
    """Tell what the packets of FOLDER (*.packet) advise where the features are such; names as those who made them used."""
    _needed("msgpack", "cryptography")
    from cyberspace.collective.packets.folder import advice_of, features_of

    found = advice_of(folder, features_of(features), task, robust)
    if as_json:
        answer(json.dumps(found))
        return
    for key, value in found.items():
        answer(f"{key:12} {value}")
