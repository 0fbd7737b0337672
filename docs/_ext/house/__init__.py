"""Directives that write tables out of the code, so that no page repeats what the code says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from house import commands, docstrings, law, mathml, modules, worldfile

Lines = Callable[..., Iterator[str]]


def directive(write: Lines, arguments: int = 0) -> type[SphinxDirective]:
    """A directive without content whose Markdown a function writes."""

    class Written(SphinxDirective):
        required_arguments = arguments
        final_argument_whitespace = True

        def run(self) -> list[nodes.Node]:
            """Parse what was written as if it stood in the page."""
            box: Any = nodes.container()
            lines = [line for part in write(*self.arguments) for line in part.split("\n")]
            self.state.nested_parse(StringList(lines, source=write.__name__), 0, box, match_titles=True)
            return list(box.children)

    return Written


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directives."""
    for name, write, arguments in (
        ("world-file-table", worldfile.table, 1),
        ("physics-numbers", law.physics_numbers, 0),
        ("kinds-table", law.kinds, 0),
        ("axes-table", law.axes, 0),
        ("senses-table", law.senses, 0),
        ("actuators-table", law.actuators, 0),
        ("quantities-table", law.quantities, 0),
        ("traits-table", law.traits, 0),
        ("flows-table", law.flows, 0),
        ("letter-table", law.letter, 0),
        ("streams-table", law.streams, 0),
        ("acts-table", law.acts, 0),
        ("modules", modules.listing, 1),
        ("command-sections", commands.sections, 0),
        ("command-list", commands.listing, 0),
    ):
        app.add_directive(name, directive(write, arguments))
    app.connect("autodoc-process-docstring", docstrings.tidy)
    app.add_html_math_renderer("mathml", (mathml.inline, None), (mathml.display, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
