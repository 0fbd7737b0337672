"""Several observers look at one run, and each sees all of it."""

from cyberspace.run import runtime
from cyberspace.run.crew import Plan
from cyberspace.run.observers import Observers


class Counts:
    """Counts the births of all regions, and lets nobody live beyond a tick that moves on with each look."""

    def __init__(self, ahead):
        self.ahead, self.births, self.ticks = ahead, 0, []

    def join(self, regions, placement):
        for region in regions:
            region.observers.append(self.take)

    def take(self, trace):
        self.births += len(trace.births)
        self.ticks.append(len(trace.tally))

    def hear(self, source, what, said):
        """Nobody tells it anything."""

    def attend(self, regions, leaving):
        return None if leaving or self.ahead is None else min(region.tick for region in regions) + self.ahead


def test_each_of_several_observers_sees_all_births_and_the_strictest_sets_the_pace(tiny, tmp_path):
    folder = runtime.begin(tiny, tmp_path / "run", None, "reference")
    one, other, free = Counts(3), Counts(7), Counts(None)
    assert runtime.go(folder, Plan(60, 50, "reference", quiet=True), people=Observers(one, other, free)) == 60
    assert one.births == other.births == free.births > 0
    assert sum(one.ticks) == 60 and max(one.ticks) == 3
