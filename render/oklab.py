"""A perceptual colour space: OKLab (Ottosson, 2020), its polar form, and the part of it that a screen can show."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

TO_ROOTS = np.array(
    [[1.0, 0.3963377774, 0.2158037573], [1.0, -0.1055613458, -0.0638541728], [1.0, -0.0894841775, -1.2914855480]]
)
TO_LINEAR = np.array(
    [
        [4.0767416621, -3.3077115913, 0.2309699292],
        [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.7076147010],
    ]
)
"""From OKLab to cube roots of the cones' answers, and from these answers to linear sRGB."""

MOST_CHROMA, HALVINGS = 0.34, 10
"""Beyond what any screen shows, and how often the interval is halved in which its bound lies."""


def linear(colours: Floats) -> Floats:
    """Linear sRGB (n, 3) of colours (L, a, b); outside 0 to 1 where a screen can't show them."""
    found: Floats = ((colours @ TO_ROOTS.T) ** 3) @ TO_LINEAR.T
    return found


def pixels(colours: Floats) -> NDArray[np.uint8]:
    """sRGB, 0 to 255, (n, 3), of colours (L, a, b)."""
    part = linear(colours).clip(0, 1)
    shown = np.where(part <= 0.0031308, 12.92 * part, 1.055 * part ** (1 / 2.4) - 0.055)
    found: NDArray[np.uint8] = np.rint(255 * shown).astype(np.uint8)
    return found


def polar(lightness: Floats, chroma: Floats, hue: Floats) -> Floats:
    """Colours (L, a, b), (n, 3)."""
    return np.stack([lightness, chroma * np.cos(hue), chroma * np.sin(hue)], axis=1)


def most_chroma(lightness: Floats, hue: Floats) -> Floats:
    """The strongest chroma (n,) that a screen shows of a lightness and a hue."""
    low, high = np.zeros(len(hue)), np.full(len(hue), MOST_CHROMA)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        part = linear(polar(lightness, middle, hue))
        shown = ((part >= 0) & (part <= 1)).all(axis=1)
        low, high = np.where(shown, middle, low), np.where(shown, high, middle)
    return low


def shown(colours: Floats, lightness: tuple[float, float], weakest: float = 0.3) -> Floats:
    """The nearest colours (L, a, b), (n, 3), that a screen shows: of a lightness within a swing of a middle, and none too grey."""
    light = colours[:, 0].clip(lightness[0] - lightness[1], lightness[0] + lightness[1])
    hue = np.arctan2(colours[:, 2], colours[:, 1])
    most = most_chroma(light, hue)
    return polar(light, np.hypot(colours[:, 1], colours[:, 2]).clip(weakest * most, most), hue)
