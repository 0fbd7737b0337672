"""When: world files, energy, tasks, the tick and its backends, records, checkpoints, commands."""

__version__ = "0.1.0"
