"""Who: body plan, genome, copier, thinking, learning, ancestors.  Pure functions on one region's arrays.

Array functions take the array namespace as `xp` (NumPy or jax.numpy), so that the reference and the JAX backend run the
same text.  Sites are always the last axis.
"""

from organisms.body import BodyPlan
from organisms.genome import Loci, hamming_distance

__all__ = ["BodyPlan", "Loci", "hamming_distance"]
