"""A kind of region: a systolic array, where zeros cost as much as other weights, and silent units are switched off."""

from cyberspace import Kind

NPU = Kind(
    axes=("die", "tile", "lane"),
    base=512,
    per_synapse=0,
    per_unit=32,
    start={"sunlight": 5},
)
