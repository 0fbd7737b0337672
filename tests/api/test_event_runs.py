"""A run of a world that changes: stopped in the middle it is the same, and everybody is told what happened."""

import json

import pytest

from cyberspace import Simulation, World, open_run
from cyberspace.cli import commands
from tests.conftest import SHORT

CHANGES = """
[[spaces.pond.tasks]]
name = "shift"
where = { core = 1 }
[[spaces.pond.events]]
wave = { key = "upkeep", mean = 4, amplitude = 2, period = 80, step = 10 }
[[spaces.pond.events]]
at = 100
every = 50
for = 20
set = { sunlight = 5 }
[[spaces.pond.events]]
at = 90
kill = 0.5
where = { lane = [0, 4] }
"""
LOGIC = 'name = "logic"\nwhere = { core = 0 }\nafter = { goal = "shift", share = 0.05, look = 40 }'
WORLD = (
    SHORT.replace('name = "logic"', LOGIC).replace("every = 50", "every = 20").replace("= 100\nkeep", "= 70\nkeep") + CHANGES
)


def tell(*arguments):
    """Run a command in this process."""
    commands.main(arguments, standalone_mode=False)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """One in one go, and one in three."""
    folder = tmp_path_factory.mktemp("runs")
    (folder / "w.toml").write_text(WORLD)
    tell("run", str(folder / "w.toml"), "--ticks", "160", "--out", str(folder / "one"), "--quiet")
    tell("run", str(folder / "w.toml"), "--ticks", "90", "--out", str(folder / "two"), "--quiet")
    for tick in ("127", "160"):
        tell("run", "--resume", str(folder / "two"), "--ticks", tick, "--quiet")
    return folder


def test_resumes_are_the_same(runs):
    one, two = open_run(runs / "one"), open_run(runs / "two")
    assert one.facts == two.facts
    assert one.states()[1][0].begun == two.states()[1][0].begun == {"shift 50000/1000000 40": 40}
    assert one.simulation(140).advance(20).digest == one.facts["digest"]


def test_what_happened_and_what_is_to_come(runs, capsys):
    run = open_run(runs / "one")
    told = [(event.tick, event.what) for event in run.events]
    assert told == [
        (0, "upkeep swings from 2 to 6"),
        (40, "logic is posed"),
        (40, "shift performed by 5 %"),
        (90, "catastrophe: 50 % die"),
        (100, "sunlight = 5"),
        (120, "sunlight as before"),
        (150, "sunlight = 5"),
    ]
    assert [(event.tick, event.what) for event in run.coming(2)] == [(170, "sunlight as before"), (200, "sunlight = 5")]
    simulation = run.simulation()
    assert simulation.events == run.events and simulation.coming(3) == run.coming(3)
    tell("inspect", str(runs / "one"), "--json")
    events = json.loads(capsys.readouterr().out)["events"]
    assert [one["what"] for one in events["happened"]] == [what for _, what in told]
    assert events["coming"][0] == {"tick": 170, "space": "pond", "what": "sunlight as before"}
    tell("inspect", str(runs / "one"))
    assert "    tick 90  pond: catastrophe: 50 % die\n" in capsys.readouterr().out


def test_the_log_tells(tmp_path, capsys):
    (tmp_path / "w.toml").write_text(WORLD)
    tell("run", str(tmp_path / "w.toml"), "--ticks", "100", "--out", str(tmp_path / "run"))
    lines = [line for line in capsys.readouterr().err.splitlines() if " in pond: " in line]
    assert (
        lines[:3]
        == [
            "at tick 0 in pond: upkeep swings from 2 to 6",
            "at tick 40 in pond: logic is posed",
            "at tick 40 in pond: shift performed by 5 %",
        ]
        or lines[1:3] == lines[2:0:-1]
    )
    assert "at tick 90 in pond: catastrophe: 50 % die" in lines
    assert any(line.startswith("at tick 90 in pond: ") and line.endswith(" died in region 0") for line in lines)


def test_the_report_marks_events(runs):
    from render.report import write_report

    page, _ = write_report(runs / "one")
    text = page.read_text(encoding="utf-8")
    assert "<h2>What changed</h2>" in text and "<td>catastrophe: 50 % die</td>" in text


def test_a_fork_lives_by_its_own_events():
    made = World(seed=3)
    space = made.space("w", kind="gpu", axes={"lane": 8, "sm": 2}, backend="reference", genesis="ancestor:learner")
    space.task("shift", when={"from": 10, "until": 60}).event(at=30, kill=0.9).event(at=5, every=9, for_=3, set={"sunlight": 9})
    simulation = Simulation(made).advance(20)
    same, other = simulation.fork(), simulation.fork(**{"spaces.w.events.0.kill": 0.1})
    for one in (simulation, same, other):
        one.advance(20)
    assert simulation.digest == same.digest != other.digest
    assert simulation.energy.balanced and other.energy.balanced
