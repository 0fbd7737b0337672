"""The acts of one region as it lives: old ones are replayed at their ticks, new ones are written down and done."""

from __future__ import annotations

from cyberspace.acts.ground import Ground
from cyberspace.acts.notebook import Notebook
from cyberspace.acts.perform import perform
from cyberspace.errors import Refused
from cyberspace.law.world import World
from cyberspace.record.act import Act, Happened
from cyberspace.record.journal import Entry, Journal, journal_path
from cyberspace.record.run_folder import Tenure


class History:
    """What people do in one region.

    Args:
        tenure: The right to write into the run's folder.
        world: The region.
        done: Acts that are in its state already.
        journal: Where acts are written down; left out, the region's file in the run's folder.

    Attributes:
        world: The region as it is now; whoever lives it keeps it so.
        notebook: What people left there, as of the acts that are done.

    Raises:
        InputError: If the journal was changed.
    """

    def __init__(self, tenure: Tenure, world: World, done: int, journal: Journal | None = None):
        self._tenure, self.world, self._done = tenure, world, done
        self._journal = Journal(journal_path(tenure.path, int(world.region))) if journal is None else journal
        self.notebook = Notebook()
        for entry in self._journal.entries[:done]:
            self.notebook.note(entry, self._journal.happened.get(entry.number, {}))
        self._undone = {
            entry.act["of"]
            for entry in self._journal.entries[:done]
            if entry.act["kind"] == "undo" and self._journal.happened.get(entry.number, {}).get("done")
        }

    @property
    def next_tick(self) -> int | None:
        """Tick of the next act that has to be replayed; None if there is none."""
        entries = self._journal.entries
        return entries[self._done].tick if self._done < len(entries) else None

    def replay(self, ground: Ground, tick: int) -> int:
        """Do the acts that are due at the start of a tick; how many."""
        before = self._done
        if self.next_tick is not None and self.next_tick <= tick:
            with self._tenure.held():
                while self.next_tick is not None and self.next_tick <= tick:
                    self._perform(ground, self._journal.entries[self._done])
        return self._done - before

    def do(self, ground: Ground, tick: int, acts: list[Act]) -> list[tuple[Entry, Happened]]:
        """Write acts down, then do them at the start of a tick.

        Raises:
            InputError: If a later start of the run has taken over.
            Refused: If older acts have not been replayed yet.
        """
        self.need_no_past()
        with self._tenure.held():
            done = []
            for act in acts:  # one by one: what an act must know depends on those before it
                (entry,) = self._journal.add(tick, [self._with_past(act)])
                done.append((entry, self._perform(ground, entry)))
            return done

    def need_no_past(self) -> None:
        """Refuse as long as older acts have not been replayed."""
        if self.next_tick is not None:
            raise Refused(
                f"the run repeats what was done before it was stopped; from tick {self._journal.entries[-1].tick + 1} on",
                "advancing to that tick",
            )

    def _with_past(self, act: Act) -> Act:
        """An act with what it has to know: an undo of the act that it takes back, all of what people left there."""
        number, entries = act.get("of", -1), self._journal.entries
        if act["kind"] == "undo" and number < len(entries) and number not in self._undone:
            happened = self._journal.happened.get(number, {})
            if happened.get("done"):
                act = {**act, "act": entries[number].act, "happened": happened}
        return self.notebook.known(act, self.world)

    def _perform(self, ground: Ground, entry: Entry) -> Happened:
        happened = perform(ground, self.world, entry.tick, entry.number, entry.act)
        self._keep(entry, happened)
        return happened

    def _keep(self, entry: Entry, happened: Happened) -> None:
        """Take note of what happened at an act."""
        self._done += 1
        self._journal.tell(entry.number, happened)
        self.notebook.note(entry, happened)
        if entry.act["kind"] == "undo" and happened["done"]:
            self._undone.add(entry.act["of"])

    def close(self) -> None:
        """Close the journal."""
        self._journal.close()
