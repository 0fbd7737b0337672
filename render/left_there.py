"""What people left in a plaza of a record, from its journal."""

from __future__ import annotations

from cyberspace.acts.notebook import Notebook
from cyberspace.record.journal import Journal, journal_path
from cyberspace.record.run_folder import RunFolder
from cyberspace.watch.things import things
from render.about import SpaceAbout
from render.heads import things_of
from render.things import Things


def left_at(folder: RunFolder, space: SpaceAbout, tick: int | None) -> Things:
    """What people had left in a plaza of a record at a tick (None: by now), from its journal.

    Raises:
        InputError: If the journal was changed.
    """
    region = space.first_region
    journal, notebook = Journal(journal_path(folder.path, region), write=False), Notebook()
    now = tick if tick is not None else max((entry.tick for entry in journal.entries), default=0)
    for entry in journal.entries:
        if entry.tick <= now:
            notebook.note(entry, journal.happened.get(entry.number, {}))
    return things_of(space, things(None, folder.universe.worlds[region], now, notebook))
