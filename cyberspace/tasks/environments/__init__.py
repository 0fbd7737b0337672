"""Environments of others as tasks: functional ones that JAX steps, and those of Gymnasium."""

from cyberspace.tasks.environments.functional import Functional
from cyberspace.tasks.environments.replayed import Replayed

__all__ = ["Functional", "Replayed"]
