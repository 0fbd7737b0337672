"""Packets as files: kept whole, told, asked for advice; wrong ones are refused by name."""

import json

import pytest
from click.testing import CliRunner

from cyberspace.collective.packets.commands import packets as command
from cyberspace.collective.packets.fingerprint import fingerprint
from cyberspace.collective.packets.folder import advice_of, features_of, read_all, write
from cyberspace.collective.packets.packet import Packet, pack
from cyberspace.collective.packets.signing import Signer
from cyberspace.errors import InputError

TASK, OTHER = bytes(16), bytes([1] * 16)


def packet(upkeep, sunlight, effect=2.0, task=TASK):
    return Packet(task, fingerprint({"upkeep": upkeep}), (("sunlight", sunlight),), effect, 0.25, n=4)


@pytest.fixture
def folder(tmp_path):
    """Where upkeep is low more sunlight helped, where it is high less did."""
    for step in range(5):
        write(tmp_path, packet(0.0 + step / 20, 1.0 + step / 64))
        write(tmp_path, packet(4.0 + step / 20, -1.0 - step / 64))
    return tmp_path


def test_advice_depends_on_the_place(folder):
    low, high = (advice_of(str(folder), {"upkeep": upkeep}) for upkeep in (0.1, 4.1))
    assert low["action"]["sunlight"] > 0.9 and high["action"]["sunlight"] < -0.9
    assert low["packets"] == 10 and low["effect"] == pytest.approx(2.0, rel=0.1)


def test_a_packet_comes_back_from_its_file(tmp_path):
    kept = Signer(bytes(32)).signed(packet(1.0, 1.0))
    path = write(tmp_path, kept)
    assert read_all([str(path)]) == [(str(path), kept)] and path.stem == kept.identity.hex()
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_every_wrong_file_is_named(folder, tmp_path):
    (folder / "large.packet").write_bytes(bytes(1000))
    (folder / "text.packet").write_text("hello")
    with pytest.raises(InputError) as refused:
        advice_of(str(folder), {"upkeep": 0.0})
    assert len(refused.value.problems) == 2
    assert "large.packet: got 513 bytes" in refused.value.problems[0] and "text.packet" in refused.value.problems[1]


def test_tasks_are_not_mixed(folder):
    write(folder, packet(1.0, 1.0, task=OTHER))
    with pytest.raises(InputError, match="packets of 2 tasks"):
        advice_of(str(folder), {"upkeep": 0.0})
    assert advice_of(str(folder), {"upkeep": 0.0}, task=OTHER.hex())["packets"] == 1
    with pytest.raises(InputError, match="of task ff"):
        advice_of(str(folder), {"upkeep": 0.0}, task="ff")


@pytest.mark.parametrize("word", ["upkeep", "=3", "upkeep=", "upkeep=nan", "upkeep=much"])
def test_features_are_names_and_numbers(word):
    with pytest.raises(InputError, match="a name, = and a finite number"):
        features_of([word])


def test_the_commands_tell_it(folder):
    found = CliRunner().invoke(command, ["advise", str(folder), "upkeep=0", "--json"])
    assert json.loads(found.output)["packets"] == 10
    path = next(folder.glob("*.packet"))
    told = CliRunner().invoke(command, ["read", str(path)]).output
    assert "NOT SIGNED" in told and "sunlight" in told
    assert json.loads(CliRunner().invoke(command, ["read", str(path), "--json"]).output)["ttl"] == 64


def test_a_folder_of_none(tmp_path):
    with pytest.raises(InputError, match="got none"):
        advice_of(str(tmp_path), {"upkeep": 0.0})
    assert pack(packet(1.0, 1.0))
