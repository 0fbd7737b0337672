"""What a run that goes on says of itself, as the viewer knows it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from cyberspace.wire.messages import AboutAnswer
from render.about import About
from render.heads import beach_of, pace_of, space_of
from render.links import doors_of

FEW = 2**15
"""Sites of a space whose kinship is shown unasked: of more, a run has a frame of it less than once a second."""


def about_of(head: AboutAnswer, folder: Path | None) -> About:
    """What is watched, from what `about` tells; `folder` is the run's, if it is at hand."""
    first = np.cumsum([0, *(space["regions"] for space in head["spaces"].values())]).tolist()
    spaces = tuple(space_of(name, space, first[k]) for k, (name, space) in enumerate(head["spaces"].items()))
    clock = [(one["stretch"], one["offset"]) for one in head["clock"]]
    beaches = [beach_of(one, *clock[one["axis"]]) for one in head.get("beaches", [])]
    sketched = "kin" in {one["name"] for one in head["spaces"][spaces[0].name]["fields"]}
    return About(
        Path(head["run"]).name,
        head["seed"],
        spaces,
        live=True,
        acts=head["role"] == "play",
        kin=sketched and spaces[0].sites <= FEW,
        run=str(folder.resolve() if folder else head["run"]),
        **pace_of(head["pace"]),
        leaves="sign" in head["limits"],
        doors=doors_of(spaces, beaches),
    )
