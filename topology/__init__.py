"""Where: axes, lattice, ruler clock, meetings, tides, regions and links.  NumPy only; knows neither JAX nor energy."""

from topology.axes import FAR_AXES, NEAR_AXES, SPACE_AXES, Axis
from topology.clock import KraftError, RulerClock
from topology.lattice import Lattice
from topology.link import Beach, LinkEnd
from topology.meeting import Meetings

__all__ = ["FAR_AXES", "NEAR_AXES", "SPACE_AXES", "Axis", "Beach", "KraftError", "Lattice", "LinkEnd", "Meetings", "RulerClock"]
