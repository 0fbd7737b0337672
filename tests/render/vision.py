"""How far apart colours look, to everybody and to the colour-blind.

Simulation: Machado, Oliveira, Fernandes, A physiologically-based model for simulation of color vision deficiency, IEEE TVCG 15(6),
2009, severity 1.  Distance: CIE 1976 in L*a*b*, D65.
"""

import numpy as np

DEFICIENCIES = {
    "normal": np.eye(3),
    "protan": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "deutan": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    "tritan": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
}

TO_XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]])
WHITE = np.array([0.95047, 1.0, 1.08883])


def linear(colours):
    """Linear RGB, (n, 3), of colours of 0 to 255."""
    part = np.asarray(colours, dtype=float) / 255
    return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)


def lab(colours, deficiency="normal"):
    """L*a*b*, (n, 3), of colours as they are seen."""
    seen = np.clip(linear(colours) @ DEFICIENCIES[deficiency].T, 0, 1)
    ratio = seen @ TO_XYZ.T / WHITE
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], axis=1)


def distances(colours, deficiency):
    """Distance of every pair, (n, n)."""
    points = lab(colours, deficiency)
    return np.linalg.norm(points[:, None] - points[None], axis=2)


def ciede2000(one, other):
    """CIEDE2000 between colours in L*a*b*, (..., 3) each: Sharma, Wu, Dalal, Color Res. Appl. 30(1), 2005, equations 2 to 22."""
    (l1, a1, b1), (l2, a2, b2) = (np.moveaxis(np.asarray(lab_, dtype=float), -1, 0) for lab_ in (one, other))
    mean7 = ((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2) ** 7
    grey = 1 + 0.5 * (1 - np.sqrt(mean7 / (mean7 + 25.0**7)))
    c1, c2 = np.hypot(grey * a1, b1), np.hypot(grey * a2, b2)
    h1, h2 = (np.degrees(np.arctan2(b, grey * a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = np.where(c1 * c2 == 0, 0, (h2 - h1 + 180) % 360 - 180)
    turn = np.where((turn == -180) & (h2 > h1), 180, turn)
    hue = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn) / 2)
    between = np.where(np.abs(h1 - h2) <= 180, (h1 + h2) / 2, (h1 + h2 + np.where(h1 + h2 < 360, 360, -360)) / 2)
    between = np.where(c1 * c2 == 0, h1 + h2, between)
    light, strong = (l1 + l2) / 2, (c1 + c2) / 2
    waves = ((1, -30, -0.17), (2, 0, 0.24), (3, 6, 0.32), (4, -63, -0.20))
    t = 1 + sum(share * np.cos(np.radians(times * between + shift)) for times, shift, share in waves)
    s_l = 1 + 0.015 * (light - 50) ** 2 / np.sqrt(20 + (light - 50) ** 2)
    s_c, s_h = 1 + 0.045 * strong, 1 + 0.015 * strong * t
    twist = -np.sin(np.radians(60 * np.exp(-(((between - 275) / 25) ** 2)))) * 2 * np.sqrt(strong**7 / (strong**7 + 25.0**7))
    dl, dc, dh = (l2 - l1) / s_l, (c2 - c1) / s_c, hue / s_h
    return np.sqrt(np.maximum(0, dl**2 + dc**2 + dh**2 + twist * dc * dh))
