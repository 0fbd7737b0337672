"""Colours that can be told apart by everybody (Okabe, Ito: Color universal design, 2008)."""

from __future__ import annotations

VIVID = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7")
"""Six colours for things that must be told apart."""

STACK = (*VIVID, "#F0E442", "#000000", "#8C8C8C")
"""Nine colours, in the order of a stack; neighbours differ in lightness too."""

OTHER = "#B8B8B8"
"""All that has no colour of its own."""

GROUND = "#FFFFFF"
"""Where nobody is: never the colour of somebody."""

INK = "#222222"

# The window: dark, so that what lives shines.

SPACE = "#14161A"
"""Where nobody is, in the window; also what lies around the world."""

GUTTER = "#30343D"
"""Between tiles."""

CATEGORIES = ("#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00")
"""Six colours on `SPACE`; with the two above and the next at least 12 apart (CIE 1976) for everybody, see the tests."""

TASKS = ("#7799BB", "#AA8877", "#556677", "#EECCBB", "#994444", "#BBDDFF", "#FF2200", "#CCDD11", "#8822FF")
"""Colours of tasks on `SPACE`, `PANEL` and `GROUND`: any two at least 17 apart (CIEDE2000) for everybody, see the tests."""

MORE_TASKS = ("#220044", "#AAAAFF", "#AA66FF", "#00CC66", "#FF44AA", "#0022CC", "#664400")
"""From the tenth task on: any two of all sixteen at least 10 apart for everybody; beyond them words must tell."""

IDLE = "#3A3F4A"
"""Whoever performs no task."""

OTHERS = "#6E6E6E"
"""Whoever has no colour of his own, in the window."""

PANEL, BAR, EDGE, CONTROL = "#1B1E24", "#23272F", "#3C424E", "#2E343F"
"""Grounds of the window's panels, of their titles, of lines between them and of buttons."""

TEXT, FAINT, ACCENT, WARNING = "#ECEEF1", "#AEB5C0", "#F0C35A", "#FF9E80"
"""Inks on these grounds: at least 4.5:1 on each, see the tests."""

BLOCKS = {"wall": "#B0A9A0", "soil": "#442200", "vent": "#660088"}
"""What people build: at least 10 from each other, from tasks and from categories for everybody, see the tests."""

RAMP_STOPS = (
    "#2A3F6D",
    "#434E6C",
    "#575D6D",
    "#6A6C71",
    "#7D7C78",
    "#918B78",
    "#A59C74",
    "#BCAE6C",
    "#D2C060",
    "#E9D34E",
    "#FEE838",
)
"""From little to much: cividis (Nunez, Anderton, Renslow, PLoS ONE 13(7), 2018) without its darkest end."""

BALANCE_STOPS = ("#56B4E9", "#4D8FB4", "#4E6A80", "#5A5A5A", "#8A6C3C", "#B88520", "#E69F00")
"""From below zero to above."""

NOBODY, BETWEEN, UNKNOWN, WALL, SOIL, VENT, FIRST = 0, 1, 2, 3, 4, 5, 16
"""Indices of a picture; those of a field go from `FIRST` on."""

SCALE = 256 - FIRST
"""Indices that a field has at most."""

RGB = tuple[int, int, int]


def rgb(colour: str) -> RGB:
    """(red, green, blue), 0 to 255, of "#RRGGBB"."""
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return red, green, blue


def code(colour: RGB) -> str:
    """ "#RRGGBB" of (red, green, blue)."""
    return "#{:02X}{:02X}{:02X}".format(*colour)


def task_colours(count: int) -> list[str]:
    """A colour for each of some tasks, in their order; from the seventeenth on they come again, paler each time."""
    every = (*TASKS, *MORE_TASKS)
    return [mixed(every[k % len(every)], OTHER, min(0.8, 0.4 * (k // len(every)))) for k in range(count)]


def ramp(stops: tuple[str, ...], count: int = SCALE) -> list[RGB]:
    """That many colours, evenly along the stops."""
    points, colours = [rgb(stop) for stop in stops], []
    for k in range(count):
        at = k * (len(points) - 1) / max(1, count - 1)
        low = min(int(at), len(points) - 2)
        one, two, part = points[low], points[low + 1], at - low
        colours.append(tuple(round(a + (b - a) * part) for a, b in zip(one, two, strict=True)))
    return colours  # type: ignore[return-value]


def mixed(one: str, other: str, part: float) -> str:
    """A colour between two."""
    parts = [round(a + (b - a) * part) for a, b in zip(rgb(one), rgb(other), strict=True)]
    return "#{:02X}{:02X}{:02X}".format(*parts)


def table(colours: list[RGB]) -> list[RGB]:
    """256 colours of a picture: the fixed ones, then those of a field."""
    fixed = [SPACE, GUTTER, EDGE, *BLOCKS.values()]
    head = [rgb(colour) for colour in fixed] + [rgb(SPACE)] * (FIRST - len(fixed))
    return (head + colours + [rgb(OTHERS)] * 256)[:256]


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1 (WCAG 2)."""
    parts = [part / 255 for part in rgb(colour)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def ink_on(ground: str) -> str:
    """Black or white, whichever is read better on a ground."""
    return max(("#000000", "#FFFFFF"), key=lambda ink: contrast(ink, ground))
