"""Which device a region lives on, whether it fits there, and by what it is lived; with devices that are not here."""

import os
import subprocess
import sys
from dataclasses import dataclass, field

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from cyberspace.backends.backend import make_backend
from cyberspace.backends.xla import devices, region, room
from cyberspace.backends.xla.kernels.frame import Frame
from cyberspace.backends.xla.kernels.span import constants, live_span
from cyberspace.errors import InputError
from cyberspace.law.genesis import genesis
from tests.conftest import SOON
from tests.strategies import world

POND = """
[world]
seed = 3
[spaces.w]
kind = "gpu"
{more}
axes.lane = {{ length = 32 }}
axes.warp = {{ length = 8 }}
[[spaces.w.tasks]]
name = "{task}"
"""


@dataclass
class Card:
    """A device as JAX tells of one."""

    platform: str = "gpu"
    device_kind: str = "NVIDIA H200"
    compute_capability: str = "9.0"
    limit: int | None = None
    asked: list[str] = field(default_factory=list)

    def memory_stats(self):
        return None if self.limit is None else {"bytes_limit": self.limit, "bytes_in_use": 1000}


def pond(task="logic", more=""):
    return world(POND.format(task=task, more=more))


def test_a_region_that_does_not_fit_is_refused_before_anything_is_compiled(monkeypatch):
    place = pond()
    needed = room.bytes_needed(place, Frame(place, devices.WIDTH, dp4a=True))
    monkeypatch.setattr(region, "next_device", lambda number: Card(limit=needed + 999))
    devices.need_device()  # which compiles what it asks, once
    monkeypatch.setattr(jax, "jit", None)
    with pytest.raises(InputError) as refused:
        make_backend("jax", place, genesis(place))
    said = str(refused.value)
    assert "spaces.w: region 0 on NVIDIA H200" in said and f"{needed:,} bytes needed" in said and f"{needed - 1:,} free" in said
    assert "at most 255 sites" in said


@pytest.mark.parametrize("limit", [None, 10**9])
def test_one_that_fits_or_of_which_nothing_is_known_is_not_refused(limit):
    place = pond()
    room.need_room(place, Card(limit=limit), Frame(place, devices.WIDTH, dp4a=True))
    room.need_room(place, Card(limit=limit), None)


def test_what_is_needed_is_what_the_arrays_take():
    place = pond()
    state = sum(array.nbytes for array in vars(genesis(place).region).values())
    assert (
        state
        < room.bytes_needed(place, None)
        == 2 * sum(np.prod(leaf.shape) * leaf.dtype.itemsize for leaf in jax.tree.leaves(room.abstract_region(place)))
    )


@pytest.mark.parametrize(
    ("card", "more", "task", "why"),
    [
        (Card(device_kind="Tesla P4", compute_capability="6.1"), "", "logic", "Tesla P4 is a device for which there are none"),
        (Card(device_kind="gfx942", compute_capability="gfx942"), "", "logic", "gfx942 is a device for which there are none"),
        (Card(platform="tpu", device_kind="TPU v5"), "", "logic", "TPU v5 is a device for which there are none"),
        (Card(), "plaza = true", "logic", "space w is a plaza"),
        (Card(), "", "strange_task.py:Strange", "task Strange asks for what a kernel has not (AttributeError: "),
    ],
)
def test_what_kernels_do_not_know_is_lived_without_them_which_is_said_once(monkeypatch, card, more, task, why):
    said: list[str] = []
    monkeypatch.setattr(devices, "say", said.append)
    monkeypatch.setattr(devices, "_TOLD", set())
    place = pond(task, more)
    assert devices.frame_of(place, card) is None and devices.frame_of(place, card) is None
    assert len(said) == 1 and why in said[0] and "without kernels" in said[0]


def test_a_card_that_kernels_know_gets_them(monkeypatch):
    monkeypatch.setattr(devices, "say", pytest.fail)
    assert devices.frame_of(pond(), Card()).dp4a
    assert devices.frame_of(pond(), Card(platform="cpu")) is None


def test_kernels_are_lowered_for_cuda_on_a_machine_without_it():
    place = pond()
    made = Frame(place, devices.WIDTH, dp4a=True)
    known = {name: jax.ShapeDtypeStruct(array.shape, array.dtype) for name, array in constants(place, made.width).items()}
    numbers = [jax.ShapeDtypeStruct((), dtype) for dtype in (jnp.uint32, jnp.int32, jnp.int32)]
    call = jax.jit(lambda *given: live_span(*given, made=made, ticks=4))
    text = call.trace(room.abstract_region(place), *numbers, known).lower(lowering_platforms=("cuda",)).as_text()
    assert text.count("triton") >= 8


def test_regions_are_spread_over_the_devices_of_a_process():
    code = (
        "import jax\n"
        "from cyberspace.backends.backend import make_backend\n"
        "from cyberspace.law.digest import digest\n"
        "from cyberspace.law.genesis import genesis\n"
        "from cyberspace.worldfile.build import universe_from_text\n"
        "text = '''[world]\\nseed = 3\\n[spaces.w]\\nkind = \"gpu\"\\naxes.lane = { length = 8 }\\naxes.device = { length = 4 }\\n'''\n"
        "worlds = universe_from_text(text, 'test.toml', __import__('pathlib').Path('.'))[0].worlds\n"
        "ones, others = ([make_backend(kind, place, genesis(place)) for place in worlds] for kind in ('jax', 'reference'))\n"
        "ones[3].advance(3), others[3].advance(3)\n"
        "assert digest(ones[3].state()) == digest(others[3].state())\n"
        "print(sorted(device.id for one in ones for device in one._region.energy.devices()))\n"
    )
    settings = os.environ | {
        "XLA_FLAGS": f"{SOON['XLA_FLAGS']} --xla_force_host_platform_device_count=4",
        "JAX_PLATFORMS": "cpu",
    }
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=settings)
    assert done.stdout.strip() == "[0, 1, 2, 3]", done.stderr[-2000:]
