"""A kind of region: a systolic array that multiplies zeros like everything else, but switches off units that are silent."""

from cyberspace import Kind

NPU = Kind(
    axes=("die", "tile", "lane"),
    base=512,
    per_synapse=0,
    per_unit=32,
    start={"sunlight": 5},
)
