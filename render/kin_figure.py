"""Maps of who is alike by genome: at up to ten ticks of a record that samples it, else at the newest checkpoint alone."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from render import palette
from render.populations import painted
from render.projection import project
from render.source import Source

MAPS, ROW = 10, 5
"""Maps of a figure, and of a row of it."""

GAP = 0.12
"""Between two maps, as a share of their height."""


def draw_kinship(source: Source, axes: Axes) -> None:
    """Draw the maps, the oldest first."""
    maps = [(tick, _picture(sketches, alive)) for tick, sketches, alive in source.kin.maps(MAPS)]
    height, width = maps[0][1].shape[:2]
    gap = max(2, int(GAP * height))
    rows, columns = -(-len(maps) // ROW), min(ROW, len(maps))
    sheet = np.full((rows * (height + gap), columns * (width + gap) - gap, 3), 255, dtype=np.uint8)
    for k, (tick, picture) in enumerate(maps):
        top, left = (k // ROW) * (height + gap) + gap, (k % ROW) * (width + gap)
        sheet[top : top + height, left : left + width] = picture
        axes.text(left, top - 0.15 * gap, f"tick {tick:,}", fontsize=8, va="bottom")
    axes.imshow(sheet, interpolation="nearest")
    axes.set(xticks=[], yticks=[], title="Kinship: like colours are like genomes (grey: like few others; white: nobody)")
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)


def _picture(sketches: NDArray[np.int64], alive: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """A map in colours, (height, width, 3); white where nobody lives."""
    flat = painted(sketches, alive, palette.GROUND)
    layers = [project(flat[..., k], 232) for k in range(3)]
    return np.stack(layers, axis=-1)
