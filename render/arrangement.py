"""Which views a person had of which run, kept on the viewer's side and set up again the next time."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from render.fields import BY_NAME
from render.layout import LEAST, MOST, Node, Split, views
from render.model import Model
from render.projection import HOWS, Cut, Projection
from render.view import View

VERSION, RUNS = 1, 200
"""Of the file; and runs that are kept in it: those that were left last."""

Kept = Mapping[str, Any]


class Layouts:
    """A file of layouts.

    Args:
        file: The file; by default `cyberspace/layouts.json` in the user's folder of settings.
    """

    def __init__(self, file: Path | None = None):
        home = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
        self.file = file or Path(home) / "cyberspace" / "layouts.json"

    def restore(self, model: Model) -> None:
        """Set up what was seen of the run the last time; nothing happens where it was not seen, and what can't be read is told."""
        run = model.source.about.run
        try:
            kept = self._read().get(run)
            if kept is None:
                return
            found = _node(model, kept["layout"])
            held, tab = views(found)[int(kept["held"])], str(kept["tab"])
            if len(views(found)) > MOST:
                raise ValueError(f"more than {MOST} views")
            model.layout = found
            model.focus(held)
            model.forget("frame", "series", "site")
        except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
            told = f"{type(error).__name__}: {error}"
            model.tell(
                f"{self.file}: no layout that can be read ({told}); the window begins afresh, and keeps anew", wrong=True
            )
            return
        from render.panels.right import TABS  # a page that another version had is none here

        model.tab = tab if tab in dict(TABS) else model.tab

    def keep(self, model: Model) -> None:
        """Note what is seen of the run; nothing happens where that can't be written."""
        run = model.source.about.run
        if not run:
            return
        try:
            known = dict(self._read())
        except (OSError, ValueError, TypeError, AttributeError):
            known = {}
        known.pop(run, None)
        known[run] = {"layout": _told(model.layout), "held": model.views.index(model.view), "tab": model.tab}
        content = {"version": VERSION, "runs": dict(list(known.items())[-RUNS:])}
        begun = self.file.with_name(f".{self.file.name}.{os.getpid()}")
        with suppress(OSError):
            self.file.parent.mkdir(parents=True, exist_ok=True)
            begun.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
            begun.replace(self.file)

    def _read(self) -> dict[str, Kept]:
        if not self.file.exists():
            return {}
        content = json.loads(self.file.read_text(encoding="utf-8"))
        if content["version"] != VERSION:
            raise ValueError(f"version {content['version']}, expected {VERSION}")
        return dict(content["runs"])


def _told(node: Node) -> Kept:
    if isinstance(node, Split):
        return {"across": node.across, "share": node.share, "one": _told(node.one), "other": _told(node.other)}
    projection = node.projection
    cuts = [[axis, cut.place, cut.how] for axis, cut in projection.cuts]
    return {
        "space": node.space.name, "shape": list(node.space.shape), "colour": node.kind.name, "needs": list(node.kind.needs),
        "order": list(projection.order), "cuts": cuts, "universe": node.universe,
    }  # fmt: skip


def _node(model: Model, kept: object, depth: int = 0) -> Node:
    """The views of a layout.

    Raises:
        ValueError, KeyError, TypeError: If it is none, or not one of this run.
    """
    if not isinstance(kept, dict) or depth >= MOST:
        raise ValueError("no table of a view")
    if "one" in kept:
        share = min(1 - LEAST, max(LEAST, float(kept["share"])))
        return Split(bool(kept["across"]), share, *(_node(model, kept[part], depth + 1) for part in ("one", "other")))
    space = next((one for one in model.source.about.spaces if one.name == kept["space"]), None)
    if space is None or list(space.shape) != kept["shape"]:
        raise ValueError(f"space {kept['space']!r} is not here, or of another shape")
    view = View(space, model.context_of(space), BY_NAME[kept["colour"]])
    if view.kind.name == "ancestor":
        view.kind = replace(view.kind, needs=tuple(map(str, kept["needs"])))
    cuts = []
    for axis, place, how in kept["cuts"]:
        if how not in HOWS or not 0 <= place < space.shape[axis]:
            raise ValueError(f"a cut at {place} of axis {axis}")
        cuts.append((axis, Cut(place, how)))
    view.projection = Projection(space.shape, tuple(kept["order"]), tuple(cuts))
    view.axis = next(iter(view.projection.order), 0)
    view.universe = bool(kept["universe"])
    return view
