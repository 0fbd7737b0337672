"""Commands of this package, found by entry point."""

from __future__ import annotations

import click


@click.command()
@click.argument("path", metavar="RUN", type=click.Path())
def report(path: str) -> None:
    """Draw figures and one HTML page into the folder of RUN."""
    from render.report import write_report

    click.echo(write_report(path))
