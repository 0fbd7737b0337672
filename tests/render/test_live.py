"""The viewer on a run that goes on."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from cyberspace.errors import InputError
from cyberspace.law.physics import NUMBERS
from cyberspace.record import checkpoint
from cyberspace.record.run_folder import open_run
from cyberspace.wire import protocol
from render import attach
from render.board import Jobs
from render.fields import FIELDS, needs
from render.frames import Acted, Frame, Organism, Query, Series, Told, Tree
from render.live import Live
from render.replay import Replay
from tests.render.serving import serving, until, wait_until
from tests.render.test_app import Bench


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("live")) as folder:
        yield folder


@pytest.fixture
def live(run):
    source = attach.open_source(str(run))
    yield source
    source.close()


def test_a_run_that_goes_on_is_watched_live(live, run):
    assert isinstance(live, Live)
    about = live.about
    assert about.live and about.acts and about.title == "run" and about.seed == 7
    record = Replay(run).about
    for mine, other in zip(about.spaces, record.spaces, strict=True):
        assert mine.axes == other.axes and mine.genes == other.genes
        assert (mine.goals, mine.first_site, mine.plaza) == (other.goals, other.first_site, other.plaza)
        assert mine.physics == other.physics and [one.key for one in mine.physics] == [one.key for one in NUMBERS]


def test_every_field_comes_with_its_shape(live):
    for space in live.about.spaces:
        for kind in FIELDS[:-1]:  # the last one is known of a record alone
            names = needs(kind, space)
            live.ask_frame(Query(space.name, names))
            frame = until(live.poll, Frame)
            assert not frame.missing
            for name in names:
                assert frame.arrays[name].shape[:7] == space.shape, (kind.name, name)


def test_only_the_slice_that_is_shown_is_sent(live):
    live.ask_frame(Query("reef", ("energy",), at=((4, 1), (0, 0))))
    assert until(live.poll, Frame).arrays["energy"].shape == (1, 1, 1, 1, 1, 8, 16)


def test_a_paused_run_shows_what_its_checkpoint_will_hold(live, run):
    live.control("pause")
    try:
        names = ("energy", "founder", "learned", "answers", "blocks")
        live.ask_frame(Query("reef", names))
        first = until(live.poll, Frame).tick
        live.control("step", ticks=400 - first % 200)

        def stepped():
            live.ask_frame(Query("reef", names))
            frame = until(live.poll, Frame)
            return frame if frame.tick % 200 == 0 and frame.tick > first else None

        frame = wait_until(stepped, "the last step")
        saved = open_run(run).checkpoints
        wait_until(lambda: frame.tick in map(checkpoint.tick_of, checkpoint.checkpoints(saved)), "the checkpoint")
        replay = Replay(run)
        replay.ask_frame(Query("reef", names, frame.tick))
        (other,) = replay.poll()
        assert other.tick == frame.tick
        alive = frame.arrays["energy"] > 0
        for name in ("energy", "answers", "blocks"):
            np.testing.assert_array_equal(frame.arrays[name], other.arrays[name])
        np.testing.assert_array_equal(frame.arrays["founder"][alive], other.arrays["founder"][alive])
        np.testing.assert_allclose(frame.arrays["learned"][alive], other.arrays["learned"][alive], atol=1e-3)
    finally:
        live.control("resume")
        wait_until(lambda: (live.poll(), not live.about.paused)[1], "the answer")


def test_an_organism_is_inspected_and_found_again(live):
    live.ask_frame(Query("reef", ("energy",)))
    frame = until(live.poll, Frame)
    for place in map(tuple, np.argwhere(frame.arrays["energy"] > 0).tolist()):
        live.ask_organism("reef", place, None)
        if (found := until(live.poll, Organism)).fields["alive"]:  # it may be dead by then
            break
    assert found.place == place and found.brain["weights"].shape == (16, 32) and found.brain["genome"].ndim == 1
    assert found.account["energy"] == found.fields["energy"] and found.account["upkeep"] > 0
    live.ask_identity("reef", found.identity)
    again = until(live.poll, (Organism, Told))
    assert isinstance(again, Told) or again.identity == found.identity


def test_who_dies_between_two_questions_is_not_taken_for_the_next_that_lives_there(live):
    space = live.about.spaces[0]
    met = 0
    for k in range(24):
        place = space.place(k)
        live.ask_organism(space.name, place, None)
        found = until(live.poll, (Organism, Told))
        if isinstance(found, Organism) and found.fields["alive"]:
            live.ask_identity(space.name, found.identity)
            again = until(live.poll, (Organism, Told))
            assert isinstance(again, Told) or (again.identity == found.identity and again.fields["alive"])
            met += isinstance(again, Organism)
    assert met


def test_timelines_and_tree(live):
    live.ask_series("reef")
    series = until(live.poll, Series)
    assert series.space == "reef" and set(series.values) >= {"alive", "heredity", "held", "goal XOR"}
    live.ask_tree("reef", None, None)
    assert isinstance(until(live.poll, (Tree, Told)), Tree)


def test_acts_change_the_world_and_can_be_undone(live):
    """In a slow world, and of many sites, since what somebody moved into meanwhile can't be taken back."""
    live.control("pace", rate=20)
    live.ask_frame(Query("agora", ("blocks",)))
    places = np.argwhere(until(live.poll, Frame).arrays["blocks"] == 0)
    space = live.about.spaces[1]

    def soil():
        live.ask_frame(Query("agora", ("blocks",)))
        return until(live.poll, Frame).arrays["blocks"][tuple(places.T)] == 2

    try:
        live.act("block", space="agora", sites=[space.site(tuple(place)) for place in places.tolist()], block="soil")
        acted = until(live.poll, Acted)
        assert acted.done and acted.space == "agora" and acted.region == 0
        assert soil().all()
        live.act("undo", of=acted.number, space=acted.space, region=acted.region)
        assert until(live.poll, Acted).done
        assert soil().sum() < len(places) / 2
    finally:
        live.control("pace", rate=0)


def test_a_job_is_posted_and_closed(live):
    live.ask_jobs("agora")
    before = until(live.poll, Jobs)
    live.act("post", space="agora", place=3, job="table", table="0110", price=10, answers=5)
    assert until(live.poll, Acted).done
    live.ask_jobs("agora")
    board = until(live.poll, Jobs)
    (job,) = [job for job in board.jobs if job.place == 3]
    assert (job.words, job.price, job.left) == ("0110", 10, 5)
    assert board.wallet == before.wallet - 50 and board.escrow == before.escrow + 50
    live.act("close", space="agora", place=3)
    assert until(live.poll, Acted).done


def test_what_cant_be_done_is_told(live):
    live.act("close", space="agora", place=7)
    acted = until(live.poll, Acted)
    assert not acted.done and "no job" in acted.text
    live.ask_organism("reef", (0,) * 7, None)
    live.act("pay", space="agora", who=[10**6, 5], tokens=1)
    assert not until(live.poll, Acted).done


def test_a_watcher_sees_but_cant_act(run):
    live = attach.open_source(str(run), watch=True)
    try:
        assert not live.about.acts
        live.ask_frame(Query("reef", ("energy",)))
        until(live.poll, Frame)
        live.act("fund", space="agora", tokens=5)
        assert "play.json" in until(live.poll, Told).text
    finally:
        live.close()


def test_the_whole_application_runs_on_it(live, tmp_path):
    bench = Bench(live, tmp_path)
    for keys in ([], ["l"], ["w"], ["2"], ["g"], ["e"], ["g"], ["k"]):
        bench.key(*keys)

        def shows():
            bench.turn(1, seconds=0.02)
            return bench.model.frame is not None and bench.model.picture is not None

        wait_until(shows, f"a picture after {keys}")
    bench.read().check_legible()


def test_nothing_heavy_is_imported_to_watch_a_live_run(run):
    script = (
        "import sys, time\nfrom render import chronicle\nchronicle.LIVE_SECONDS = 1e9  # later the record is read beside\n"
        "from render import window\nfrom render.app import App\nfrom render.freezer import Freezer\nfrom render.model import Model\n"
        "from render.attach import open_source\nfrom pathlib import Path\n"
        f"app = App(Model(open_source({str(run)!r}), Freezer()), (1280, 800), Path())\n"
        "deadline = time.monotonic() + 120\n"
        "while app.model.picture is None and time.monotonic() < deadline:\n    app.update(time.monotonic())\n    time.sleep(0.01)\n"
        "assert app.model.picture is not None, 'nothing to show'\n"
        "window.show(app, (1280, 800), turns=30)\n"
        "print([name for name in ('jax', 'numba', 'mpi4py', 'zarr', 'matplotlib', 'pydantic') if name in sys.modules])\n"
    )
    environment = {**os.environ, "SDL_VIDEODRIVER": "dummy"}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment, timeout=300)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().splitlines()[-1] == "[]", done.stdout + done.stderr


class TestBadConnections:
    """One message with what to do, exit code 2."""

    def view(self, command, *arguments, driver="dummy"):
        os.environ["SDL_VIDEODRIVER"] = driver
        try:
            return command("view", *arguments)
        finally:
            del os.environ["SDL_VIDEODRIVER"]

    def one_message(self, done, *words):
        assert done.returncode == 2, done.stderr
        assert len(done.stderr.strip().splitlines()) == 1 and "Traceback" not in done.stderr
        for word in words:
            assert word in done.stderr, done.stderr

    def test_a_folder_that_is_no_run(self, command, tmp_path):
        self.one_message(self.view(command, tmp_path), "no run", "cyberspace run WORLD --out")

    def test_a_stale_connection_file(self, command, finished, tmp_path):
        import shutil
        import socket

        shutil.copytree(finished, tmp_path / "run")
        content = dict.fromkeys(("server_key", "public_key", "secret_key"), "x" * 40)
        content |= {
            "version": protocol.VERSION,
            "address": "tcp://127.0.0.1:9",
            "role": "play",
            "pid": 2**22 + 1,
            "started": 0.0,
        }
        (tmp_path / "run" / "play.json").write_text(json.dumps({**content, "host": socket.gethostname()}))
        self.one_message(self.view(command, tmp_path / "run"), "stale", "--record")

    def test_a_run_of_another_version(self, command, finished, tmp_path):
        (tmp_path / "play.json").write_text(json.dumps({"version": 99}))
        self.one_message(self.view(command, tmp_path / "play.json"), "version 99", "the cyberspace that started it")

    def test_a_record_of_another_version(self, command, finished, tmp_path):
        import shutil

        shutil.copytree(finished, tmp_path / "run")
        about = json.loads((tmp_path / "run" / "run.json").read_text())
        (tmp_path / "run" / "run.json").write_text(json.dumps({**about, "format": 99}))
        self.one_message(self.view(command, tmp_path / "run"), "format 99", "the cyberspace that made it")
        self.one_message(command("run", "--resume", tmp_path / "run", "--ticks", 300), "format 99")

    def test_an_address_without_keys(self, command):
        self.one_message(self.view(command, "tcp://127.0.0.1:5555"), "play.json")

    def test_no_display(self, command, finished):
        environment = {key: os.environ.pop(key) for key in ("DISPLAY", "WAYLAND_DISPLAY") if key in os.environ}
        try:
            self.one_message(command("view", finished), "display", "cyberspace film")
        finally:
            os.environ.update(environment)

    def test_the_old_pygame_in_the_way(self, monkeypatch):
        from types import SimpleNamespace

        from render import window

        monkeypatch.setattr(window, "pygame", SimpleNamespace(version=SimpleNamespace(ver="2.6.1")))
        with pytest.raises(InputError, match=r"pygame 2\.6\.1.*pip uninstall -y pygame pygame-ce && pip install pygame-ce"):
            window.check_pygame()
        monkeypatch.setattr(window, "pygame", None)
        with pytest.raises(InputError, match="pip install"):
            window.check_pygame()

    def test_a_size_that_is_none(self, command, finished):
        self.one_message(self.view(command, finished, "--size", "big"), "--size", "1280x800")


def test_the_tunnel_leads_to_the_runs_port():
    command = attach.ssh_command("me@login", "tcp://node7:4711", 50000)
    assert command[:2] == ["ssh", "-N"] and command[-1] == "me@login"
    assert "127.0.0.1:50000:node7:4711" in command


def test_ssh_brings_the_connection_file_and_opens_the_tunnel(run, tmp_path, monkeypatch):
    """With an `ssh` that stands in for the real one: it runs the command here, and forwards with a small relay."""
    fake = tmp_path / "ssh"
    fake.write_text(
        f"#!{sys.executable}\n"
        "import socket, subprocess, sys, threading\n"
        "if '-N' not in sys.argv:\n    sys.exit(subprocess.run(['sh', '-c', sys.argv[2]]).returncode)\n"
        "_, port, host, there = sys.argv[sys.argv.index('-L') + 1].split(':')\n"
        "door = socket.create_server(('127.0.0.1', int(port)))\n"
        "def pump(a, b):\n"
        "    while data := a.recv(65536):\n        b.sendall(data)\n"
        "while True:\n"
        "    one, _ = door.accept()\n    other = socket.create_connection((host, int(there)))\n"
        "    for pair in ((one, other), (other, one)):\n        threading.Thread(target=pump, args=pair, daemon=True).start()\n"
    )
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    source, tunnel = attach.open_remote("elsewhere", str(run))
    try:
        source.ask_frame(Query("reef", ("energy",)))
        until(source.poll, Frame)
        source.ask_tree("reef", None, None)
        assert "not at hand" in until(source.poll, Told).text
    finally:
        source.close()
        tunnel.terminate(), tunnel.wait(10)
    with pytest.raises(InputError, match="play"):
        attach.open_remote("elsewhere", str(Path(tmp_path) / "nowhere"))
