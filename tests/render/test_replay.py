import shutil

import numpy as np
import pytest

from cyberspace.errors import InputError
from cyberspace.law.kinds import KINDS, upkeep, work_of
from cyberspace.record import checkpoint, store
from cyberspace.record.published import Published
from cyberspace.record.run_folder import open_run
from cyberspace.run import runtime
from cyberspace.run.crew import Plan
from organisms.kin import sketch
from organisms.traits import TRAITS
from render.frames import Frame, Organism, Query, Series, Told, Tree
from render.replay import Replay
from render.words import energy_lines
from tests.conftest import TINY

NAMES = ("energy", "founder", "born", "distance", "learned", "heard")


@pytest.fixture
def replay(finished):
    return Replay(finished)


def one(replay, kind):
    (answer,) = replay.poll()
    assert isinstance(answer, kind), answer
    return answer


def test_samples_and_checkpoints_can_be_shown(replay, finished):
    assert replay.ticks().tolist() == [0, 50, 100, 150, 200, 230]
    assert replay.about.spaces[0].shape == (1, 1, 1, 1, 2, 6, 16)
    assert [axis.name for axis in replay.about.spaces[0].axes[4:]] == ["core", "thread", "lane"]
    assert not replay.about.says


def test_a_frame_is_what_the_run_held(replay, finished):
    replay.ask_frame(Query("pond", NAMES))
    frame = one(replay, Frame)
    (state,) = checkpoint.load(checkpoint.checkpoints(open_run(finished).checkpoints)[-1])
    assert frame.tick == 230 and not frame.missing
    for name in ("energy", "founder", "born"):
        np.testing.assert_array_equal(frame.arrays[name].ravel(), getattr(state.region, name))
    np.testing.assert_array_equal(frame.arrays["heard"][..., 1].ravel(), state.region.activity[4])
    inborn = 16 * state.region.genome[:512].astype(int)
    change = np.abs(state.region.weights.reshape(512, -1) - inborn).mean(axis=0)
    np.testing.assert_allclose(frame.arrays["learned"].ravel(), change, atol=1e-3)


def test_an_organism_at_rest_has_the_account_that_the_law_makes_of_it(replay, finished):
    (state,) = checkpoint.load(checkpoint.checkpoints(open_run(finished).checkpoints)[-1])
    region, place = state.region, np.unravel_index(int(np.flatnonzero(state.region.alive)[4]), (1, 1, 1, 1, 2, 6, 16))
    replay.ask_organism("pond", tuple(int(k) for k in place), 230)
    found = one(replay, Organism)
    site = int(np.ravel_multi_index(place, (1, 1, 1, 1, 2, 6, 16)))
    synapses, active = np.count_nonzero(region.weights[..., site]), np.count_nonzero(region.activity[:, site])
    kind = KINDS["cpu"]
    work = work_of((kind.base, kind.per_synapse, kind.per_unit), synapses, active)
    assert found.account["upkeep"] == upkeep(4, work) and found.account["sunlight"] == 12
    assert {line.name: line.value for line in energy_lines(found, replay.about.spaces[0])}[
        "upkeep a tick"
    ] == f"-{found.account['upkeep']}"


def test_between_checkpoints_the_frame_says_what_is_missing_and_what_to_do(replay):
    replay.ask_frame(Query("pond", NAMES, 149))
    frame = one(replay, Frame)
    assert frame.tick == 100
    replay.ask_frame(Query("pond", NAMES, 50))
    frame = one(replay, Frame)
    assert set(frame.arrays) == {"energy", "founder", "heard"}
    assert "record.fields" in frame.missing["learned"] and "tick 100, 200, 230" in frame.missing["born"]


def test_the_newest_question_wins(replay):
    replay.ask_frame(Query("pond", ("energy",), 0))
    replay.ask_frame(Query("pond", ("energy",), 50))
    assert one(replay, Frame).tick == 50
    assert replay.poll() == []


def test_kinship_is_what_the_births_tell(replay, finished):
    replay.ask_frame(Query("pond", ("alive", "generation", "distance", "energy")))
    frame = one(replay, Frame)
    distance, generation = frame.arrays["distance"], frame.arrays["generation"]
    alive = frame.arrays["alive"]
    np.testing.assert_array_equal(distance[alive] >= 0, generation[alive] > 0)
    place = tuple(np.argwhere(alive & (generation > 0))[0])
    replay.ask_organism("pond", place, None)
    found = one(replay, Organism)
    assert found.fields["generation"] == generation[place] == len(found.parents)
    assert found.parents[0].distance == distance[place]
    assert (found.parents[0].cradle, found.parents[0].born) == (found.fields["parent"], found.fields["parent_born"])
    births = store.open_group(open_run(finished).record, "r")["pond/births"]
    mine = (births["parent"][...] == found.fields["cradle"]) & (births["parent_born"][...] == found.fields["born"])
    assert len(found.children) == mine.sum()


def test_an_organism_between_checkpoints_is_shown_as_it_stood(replay):
    replay.ask_organism("pond", (0, 0, 0, 0, 1, 2, 3), 150)
    found = one(replay, Organism)
    assert found.tick == 100 and "checkpoint of tick 100" in found.note
    assert found.brain["weights"].shape == (16, 32)


def test_series_are_the_records(replay):
    replay.ask_series("pond")
    series = one(replay, Series)
    assert series.ticks.tolist() == [0, 50, 100, 150, 200]
    assert set(series.values) >= {"alive", "heredity", "held", "pools", "goal XOR"}
    assert np.isnan(series.values["heredity"][0])


def test_the_tree_holds_parents_before_children(replay):
    replay.ask_tree("pond", None, None)
    tree = one(replay, Tree)
    assert tree.tick == 230 and tree.nodes
    for number, node in enumerate(tree.nodes):
        assert node.parent < number
        if node.parent >= 0:
            assert tree.nodes[node.parent].born < node.born
            assert tree.nodes[node.parent].living >= node.living
    roots = sum(node.living for node in tree.nodes if node.parent < 0)
    assert roots <= 192


def test_a_sample_that_is_not_published_is_not_shown(finished, tmp_path):
    shutil.copytree(finished, tmp_path / "growing")
    record = tmp_path / "growing" / "record.zarr"
    root = store.open_whole(store.Kept(record), "r+", consolidated=True)
    grown = {name: store.array(root, f"pond/fields/{name}") for name in ("energy", "founder", "tick")}
    for array in grown.values():
        array.resize((array.shape[0] + 1, *array.shape[1:]))
    grown["tick"][5] = 250
    replay = Replay(tmp_path / "growing")
    assert replay.ticks().tolist() == [0, 50, 100, 150, 200, 230]
    Published(record, []).publish({f"pond/fields/{name}": array.shape for name, array in grown.items()})
    replay._stored._looked = -1e9
    assert replay.ticks()[-1] == 250


def test_a_run_without_samples_says_what_to_do(finished, tmp_path):
    shutil.copytree(finished, tmp_path / "bare")
    shutil.rmtree(tmp_path / "bare" / "record.zarr")
    shutil.rmtree(tmp_path / "bare" / "checkpoints")
    replay = Replay(tmp_path / "bare")
    replay.ask_frame(Query("pond", ("energy",)))
    assert "cyberspace run --resume" in one(replay, Told).text
    replay.ask_series("pond")
    assert len(one(replay, Series).ticks) == 0


def test_a_folder_that_is_no_run_is_refused(tmp_path):
    with pytest.raises(InputError, match="no run"):
        Replay(tmp_path)


def test_the_viewer_changes_nothing_in_the_folder(finished):
    def content():
        return {path: path.stat().st_mtime_ns for path in finished.rglob("*")}

    before = content()
    (finished / "checkpoints" / ".writing-1-000000000300").mkdir(exist_ok=True)
    replay = Replay(finished)
    replay.ask_frame(Query("pond", NAMES))
    replay.ask_tree("pond", None, None)
    replay.poll()
    assert (finished / "checkpoints" / ".writing-1-000000000300").exists()
    (finished / "checkpoints" / ".writing-1-000000000300").rmdir()
    assert {p: t for p, t in content().items() if p.is_file()} == {p: t for p, t in before.items() if p.is_file()}


def test_what_was_learned_is_that_of_the_sample_that_is_shown(tmp_path):
    """Where genome and weights are recorded it is known between checkpoints as well, and differs from sample to sample."""
    text = TINY.replace('fields = ["energy", "founder", "activity"]', 'fields = ["genome", "weights"]').replace(
        "logic", "shift"
    )
    (tmp_path / "tiny.toml").write_text(text.replace('backend = "numba"', 'genesis = "ancestor:learner"'))
    folder = runtime.begin(tmp_path / "tiny.toml", tmp_path / "run", None, "reference")
    runtime.go(folder, Plan(60, 20, "reference", quiet=True))
    replay = Replay(folder.path)
    shown = []
    for tick in (20, 40):
        replay.ask_frame(Query("pond", ("learned", "weights", "genome"), tick))
        arrays = one(replay, Frame).arrays
        weights = arrays["weights"].reshape(-1, 512)
        change = np.abs(weights - 16 * arrays["genome"].reshape(len(weights), -1)[:, :512].astype(int)).mean(axis=1)
        np.testing.assert_allclose(arrays["learned"].ravel(), change, atol=1e-3)
        shown.append(change)
    assert (shown[0] != shown[1]).any()


KIN = TINY.replace(
    'fields = ["energy", "founder", "activity"]', 'fields = ["energy", "cradle", "born", "genome", "kin", "copier"]'
)


def test_traits_and_ancestors_are_those_of_the_sample_that_is_shown(tmp_path):
    (tmp_path / "kin.toml").write_text(KIN)
    folder = runtime.begin(tmp_path / "kin.toml", tmp_path / "run", None, "reference")
    runtime.go(folder, Plan(200, 50, "reference", quiet=True))
    replay = Replay(folder.path)
    assert replay.about.kin and replay.about.spaces[0].rules == ("hebbian",)
    for tick in (150, 200):  # a sample, and a checkpoint beside it
        replay.ask_frame(Query("pond", ("genome", "kin", "copier", "cradle", "born", "ancestor 100"), tick))
        arrays = one(replay, Frame).arrays
        genomes = arrays["genome"].reshape(192, -1).T
        np.testing.assert_array_equal(arrays["kin"].ravel(), sketch(genomes))
        loci = open_run(folder.path).universe.worlds[0].loci
        np.testing.assert_array_equal(arrays["copier"].ravel(), TRAITS["copier"].compute(loci, genomes))
        births = {(int(s), int(t)): (int(p), int(b)) for t, s, p, b, _ in replay._stored.births(0, tick).rows}
        marks, who = arrays["ancestor 100"].ravel(), np.stack([arrays["cradle"].ravel(), arrays["born"].ravel()], axis=1)
        oldest = []
        for cradle, born in who.tolist():
            while born > tick - 100 and (cradle, born) in births:
                cradle, born = births[cradle, born]
            oldest.append((cradle, born))
        assert len(set(oldest)) == len(np.unique(marks)) == len(set(zip(oldest, marks.tolist(), strict=True)))


def test_a_run_that_was_stopped_between_samples_tells_kinship_where_it_ended(tmp_path):
    (tmp_path / "kin.toml").write_text(KIN)
    folder = runtime.begin(tmp_path / "kin.toml", tmp_path / "run", None, "reference")
    runtime.go(folder, Plan(125, 50, "reference", quiet=True))
    replay = Replay(folder.path)
    replay.ask_frame(Query("pond", ("kin", "genome"), 125))
    frame = one(replay, Frame)
    assert frame.tick == 125 and not frame.missing
    np.testing.assert_array_equal(frame.arrays["kin"].ravel(), sketch(frame.arrays["genome"].reshape(192, -1).T))


def test_between_checkpoints_kinship_is_told_where_it_is_sampled_alone(replay):
    assert not replay.about.kin
    replay.ask_frame(Query("pond", ("kin",), 150))
    frame = one(replay, Frame)
    assert "kin not in this sample" in frame.missing["kin"]
    replay.ask_frame(Query("pond", ("kin", "genome"), 200))
    arrays = one(replay, Frame).arrays
    np.testing.assert_array_equal(arrays["kin"].ravel(), sketch(arrays["genome"].reshape(192, -1).T))
    replay.ask_tree("pond", None, None)
    tree = one(replay, Tree)
    assert len(tree.colours) == len(tree.nodes) and all(colour.startswith("#") for colour in tree.colours)
