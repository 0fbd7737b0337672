"""The laws of the world: what changes and how, and nothing else."""
