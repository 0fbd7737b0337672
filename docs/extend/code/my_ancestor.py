"""An ancestor: a replicator that mutates by its own copier."""

import numpy as np

from organisms.body import REPRODUCE
from organisms.genome import Loci

BIAS = 0  # the sense that always shows 64


def founder(loci: Loci) -> np.ndarray:
    """The genome, int8 (loci,): it always wants to reproduce, and its copies differ a little."""
    genome = np.zeros(loci.count, dtype=np.int8)
    weights = genome[: loci.body.synapses].reshape(loci.body.units, loci.body.inputs)
    weights[REPRODUCE, BIAS] = 7
    genome[loci.copier] = (4, 0, 0, 2)  # a: itself, exactly; b: nothing learned; m: no matter; n: a little noise
    return genome
