"""The command `cyberspace score`: bits per byte of a run on text that none of its organisms was shown."""

from __future__ import annotations

import json

import click

from cyberspace.telling import answer


@click.command()
@click.argument("path", metavar="RUN", type=click.Path())
@click.option("--corpus", type=click.Path(), help="Another text than the run's own; its last part is held out.")
@click.option("--space", help="Which space; by default the first that predicts text.")
@click.option("--bytes", "count", type=click.IntRange(min=16), help="Bytes of the held-out part; by default all.")
@click.option("--organisms", type=click.IntRange(min=1), default=64, help="How many read together at most.", show_default=True)
@click.option(
    "--warm",
    type=click.IntRange(min=256),
    default=2**16,
    help="Bytes of the training part that are read first.",
    show_default=True,
)
@click.option("--newborn", is_flag=True, help="They begin with the weights that they were born with.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def score(
    path: str, corpus: str | None, space: str | None, count: int | None, organisms: int, warm: int, newborn: bool, as_json: bool
) -> None:
    """Tell how many bits per byte the organisms of RUN need for text that they were never shown."""
    from cyberspace.analysis.score.score import score_run
    from cyberspace.record.run_folder import open_run

    found = score_run(open_run(path), corpus, space, count, organisms, warm, newborn)
    if as_json:
        answer(json.dumps(found))
        return
    answer(f"tick {found['tick']:,}, {found['organisms']:,} organisms, {found['held']:,} bytes held out of {found['text']}")
    answer(f"{'bits per byte':28} {'learning':>10} {'still':>10}")
    rows = (
        ("best", "best organism"),
        ("mean", "mean"),
        ("awake", "mean where awake"),
        ("colony", "colony"),
        ("colony_fixed", "colony, mixer fixed"),
    )
    for key, name in rows:
        answer(f"{name:28} {found['learning'][key]:10.3f} {found['still'][key]:10.3f}")  # type: ignore[literal-required]
    for name, value in found["others"].items():
        answer(f"{name:28} {value:10.3f}")
    for name, size in found["size"].items():
        answer(f"{name:28} {size:10,} bytes")
