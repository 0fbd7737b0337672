"""The guided tour, step by step: what is said, what the person does, when that counts as done.

The window shows these steps (`render.panels.tour`), and `examples/5_people/walk.py` takes them by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from render.keys import KEYS
from render.model import Model

When = Callable[[Model], bool]


@dataclass(frozen=True)
class Step:
    """One step.

    Attributes:
        name: Its name.
        title: What it is about.
        says: What is said.
        does: What the person is to do, "{key}" standing for the key of `action`; empty where there is only something to read.
        applies: Whether it can be taken here and now; steps that can't are left out.
        done: When it counts as done; None where there is nothing to do.
        action: (action, argument) that its key and its button do.
        panel: The panel that it points to, where no button does the action.
        picture: Name of the picture that the walk takes of it.
    """

    name: str
    title: str
    says: str
    does: str
    applies: When
    done: When | None = None
    action: tuple[str, object] | None = None
    panel: str = ""
    picture: str = ""

    @property
    def key(self) -> str:
        """The key of its action; empty if there is none."""
        found = [one.keys[0] for one in KEYS if (one.action, one.argument) == self.action]
        return found[0] if found else ""

    @property
    def asks(self) -> str:
        """What the person is to do, with its key."""
        return self.does.replace("{key}", self.key.upper() if len(self.key) == 1 else self.key)


def live(model: Model) -> bool:
    """In a run that goes on."""
    return model.source.about.live


def outside(model: Model) -> bool:
    """In the world, not in a plaza."""
    return model.plaza is None


def inside(model: Model) -> bool:
    """In a plaza."""
    return model.plaza is not None


def acting(model: Model) -> bool:
    """In a plaza of a run that goes on, where one may act."""
    return inside(model) and model.source.about.acts and model.space.plaza


def enters(model: Model) -> bool:
    """Where there is a plaza to enter."""
    return outside(model) and any(space.walkable and space.plaza for space in model.source.about.spaces)


def carries(model: Model) -> bool:
    """Where somebody can be carried into a plaza."""
    return live(model) and model.source.about.acts and enters(model)


def told(model: Model) -> bool:
    """Where the strip shows branches."""
    story = model.chronicle.story
    return outside(model) and story is not None and bool(len(story.muller.ticks)) and bool(story.muller.branches)


def _shows(field: str) -> When:
    return lambda model: model.kind.name == field


def _chosen(model: Model) -> bool:
    return model.organism is not None


STEPS = (
    Step("welcome", "A world that evolves", "Each coloured dot is an organism: a small neural network that copies itself, and pays for "
         "all it does with energy. The bar on top says which tick it is and how fast time goes.", "", outside, panel="top"),
    Step("kinship", "Who is alike", "Whoever is alike by genome is alike in colour. Where one colour takes over, a sweep goes on.",
         "Press {key}: colour by kinship.", lambda m: outside(m) and m.source.about.kin, _shows("kinship"), ("field", "kinship")),
    Step("lineage", "Who descends from whom", "The same organisms by founder: all that descend from one of the first have one colour. "
         "The legend is on the left.", "Press {key}: colour by lineage.", outside, _shows("lineage"), ("field", "lineage"),
         picture="attach"),
    Step("largest", "The most successful", "Of all lineages one is the largest. One of its members will be marked, and shown on the right.",
         "Press {key}: find the largest lineage.", outside, lambda m: m.chosen is not None, ("largest", None), "right"),
    Step("task", "Who can do what", "Organisms earn energy by solving tasks. Now the colours tell what each performs.",
         "Press {key}: colour by task.", outside, _shows("task"), ("field", "task")),
    Step("brain", "One of them", "What is inside: its energy, its brain with all synapses, its genome, its ancestors.",
         "Click on an organism that performs something.", outside, _chosen, None, "right", picture="brain"),
    Step("pause", "Time stands", "Everybody who watches this run sees it stand; it goes on when you leave.",
         "Press {key}: pause.", lambda m: outside(m) and live(m) and m.source.about.acts,
         lambda m: m.source.about.paused, ("pause", None)),
    Step("time", "Back in time", "A record holds the whole past: the slider above the curves goes anywhere.",
         "Press {key}: one sample back.", lambda m: outside(m) and not live(m), lambda m: m.playing.tick is not None, ("step", -1)),
    Step("story", "What happened", "The strip below the world holds all of history: who held how much of the living, and a mark for "
         "everything that was new.", "Click on a coloured branch: its living descendants are lit up.", told,
         lambda m: m.chronicle.wanted is not None, ("branch", None), "story"),
    Step("dark", "All again", "The others were dimmed while descendants were lit up.", "Press {key}: all are seen again.",
         lambda m: outside(m) and m.chronicle.wanted is not None, lambda m: m.chronicle.wanted is None, ("back", None), "middle"),
    Step("copy", "Take somebody along", "The organism that is inspected can be copied, and put down where you like.",
         "Press {key}: copy the chosen one.", lambda m: carries(m) and _chosen(m), lambda m: m.carried is not None,
         ("copy", None), "right"),
    Step("resume", "Time goes on", "The run goes on at its own pace.", "Press {key}: go on.",
         lambda m: outside(m) and live(m) and m.source.about.paused, lambda m: not m.source.about.paused, ("pause", None)),
    Step("plaza", "The plaza", "A place to meet what evolved: you stand in it, and time is slowed there to a human pace.",
         "Press {key}: enter it.", enters, inside, ("plaza", None)),
    Step("walk", "You are here", "W, A, S, D or the arrows walk; walls stop you, and others who are here see you and your name. The bar "
         "below holds what you can have in hand.", "", inside, panel="plaza"),
    Step("hand", "A vent in hand", "Vents are where jobs are shown to organisms, and where these answer.",
         "Press {key}: take vents in hand.", acting, lambda m: m.plaza is not None and m.plaza.hand == 3, ("hotbar", 3)),
    Step("vent", "Build a vent", "It is written into the journal of the run, as all that people do, and can be undone (ctrl+Z).",
         "Right click on a free place.", acting, lambda m: m.jobs is not None and m.jobs.vents[0] > 0, None, "plaza"),
    Step("settle", "Put it down there", "Whoever lives on a vent is asked what is on the job board.",
         "Press 1 for the empty hand, then right click on the vent.", lambda m: acting(m) and m.carried is not None,
         lambda m: m.jobs is not None and m.jobs.vents[1] > 0, ("hotbar", 0)),
    Step("board", "The job board", "What people want to know, at which price, who answers, and how well.",
         "Press {key}: open it.", acting, lambda m: m.tab == "jobs", ("board", None), "right", picture="carried"),
    Step("post", "Post a job", "A job is a truth table, such as XOR, and a price for each right answer. The price goes from the wallet "
         "into escrow.", "Choose a table and click post.", acting, lambda m: m.jobs is not None and bool(m.jobs.jobs),
         ("post", None), "right", picture="posted"),
    Step("paid", "It answers", "Sixteen right answers in a row are paid, and felt as payoff; this can take a minute. Whoever dies out can "
         "be put down again.", "Wait, or go on.", lambda m: acting(m) and m.jobs is not None and bool(m.jobs.jobs),
         lambda m: m.jobs is not None and any(giver.right > 1 for giver in m.jobs.best), None, "right", picture="paid"),
    Step("leave", "Out of the plaza", "The run has its own pace again.", "Press {key}: leave.", inside, outside, ("plaza", None)),
    Step("end", "That is all", "F1 shows every key, F2 this tour again. Nothing that you watch changes the run.", "", lambda m: True,
         panel="top"),
)  # fmt: skip
"""In their order."""


def step_of(model: Model) -> Step:
    """The step that one is at."""
    return STEPS[min(model.tour.at, len(STEPS) - 1)]


def is_done(model: Model) -> bool:
    """Whether what the step asks for was done."""
    step = step_of(model)
    return step.done is None or step.name in model.tour.done


def watch(model: Model) -> None:
    """Take note of what is done."""
    step = step_of(model)
    if model.tour.on and step.done is not None and step.done(model):
        model.tour.done.add(step.name)


def begin(model: Model, _: object = None) -> None:
    """Begin the guided tour, or end it."""
    tour = model.tour
    tour.on, tour.at, tour.done = not tour.on, 0, set()
    if tour.on and not STEPS[0].applies(model):
        forward(model)


def skip(model: Model, _: object = None) -> None:
    """End the guided tour."""
    model.tour.on = False
    model.tell("F2 shows the tour again")


def rest(model: Model, _: object = None) -> None:
    """A click on the tour's words does nothing."""


def forward(model: Model, _: object = None) -> None:
    """The next step of the tour that can be taken here; after the last one it ends."""
    _go(model, range(model.tour.at + 1, len(STEPS)))


def backward(model: Model, _: object = None) -> None:
    """The step of the tour before."""
    _go(model, range(model.tour.at - 1, -1, -1))


def _go(model: Model, numbers: range) -> None:
    if not model.tour.on:
        return
    found = next((number for number in numbers if STEPS[number].applies(model)), None)
    if found is not None:
        model.tour.at = found
        model.tour.done.discard(STEPS[found].name)
    elif numbers.step > 0:
        model.tour.on = False


TOURING: dict[str, Callable[..., None]] = {"tour": begin, "tour_next": forward, "tour_back": backward, "tour_skip": skip,
                                           "tour_rest": rest}  # fmt: skip
"""By name."""
