"""Organisms as torch modules: the same integers, gradients that are finite and of use, and the way back to a genome."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

import cyberspace as cs
from organisms import BodyPlan, Loci, bits, genome
from organisms.ancestors import learner, replicator
from organisms.body import ACTUATORS, ANSWER, REPRODUCE
from organisms.think import squash, weighted_sum
from organisms.torch import ACTS, Organism, quantise

BODY = BodyPlan()
MANY, TICKS = 1000, 64


def random_genomes(body, count, silent=8):
    key = bits.stream_key(np, 7, 0, bits.GENESIS, 0)
    return genome.random_genomes(np, Loci(body), silent, key, np.arange(count))


def random_weights(body, count, rng):
    return rng.integers(-128, 128, (body.units, body.inputs, count)).astype(np.int8)


def random_senses(rng, *shape):
    return rng.integers(-128, 128, shape).astype(np.int8)


def lived(body, weights, senses):
    """Activities int8 (ticks, units, sites) by `organisms.think`, for weights (units, inputs, sites), senses (ticks, senses, sites)."""
    last, said = np.zeros((body.units, weights.shape[2]), dtype=np.int8), []
    for now in senses:
        last = squash(np, weighted_sum(np, weights, np.concatenate([now, last])), body.shift)
        said.append(last)
    return np.stack(said)


def as_torch(senses):
    """Of (ticks, senses, sites)."""
    return torch.tensor(senses).movedim(1, 2)


@pytest.mark.parametrize("inborn", [True, False])
@pytest.mark.parametrize("body", [BODY, BodyPlan(64, 64, 0), BodyPlan(8, 8, 12)], ids=str)
def test_a_thousand_random_organisms_answer_the_same_integers(body, inborn):
    rng, count = np.random.default_rng(1), MANY if body == BODY else 20
    genomes = random_genomes(body, count)
    weights = genome.inborn_weights(Loci(body), genomes) if inborn else random_weights(body, count, rng)
    senses = random_senses(rng, TICKS, body.senses, count)
    brain = Organism(genomes, body, weights, inborn=inborn)
    said = brain.live(as_torch(senses))
    assert said.dtype == torch.float32
    expected = lived(body, weights, senses)
    assert len(np.unique(expected)) > 2
    np.testing.assert_array_equal(said.detach().numpy(), expected.transpose(0, 2, 1))


def test_one_organism_over_a_batch_of_inputs_and_several_over_a_batch():
    rng = np.random.default_rng(2)
    genomes = random_genomes(BODY, 3)
    weights = genome.inborn_weights(Loci(BODY), genomes)
    senses = random_senses(rng, TICKS, 5, BODY.senses)
    for k in range(3):
        said = Organism(genomes[:, k], BODY).live(torch.tensor(senses))
        expected = lived(BODY, np.repeat(weights[:, :, k : k + 1], 5, axis=2), senses.transpose(0, 2, 1))
        np.testing.assert_array_equal(said.detach().numpy(), expected.transpose(0, 2, 1))
    every = Organism(genomes, BODY).live(torch.tensor(senses)[:, :, None].expand(TICKS, 5, 3, BODY.senses))
    assert every.shape == (TICKS, 5, 3, BODY.units)
    np.testing.assert_array_equal(every[:, :, 2].detach().numpy(), said.detach().numpy())


def test_activity_is_carried_over_between_calls():
    rng = np.random.default_rng(3)
    brain = Organism(random_genomes(BODY, 4), BODY)
    senses = torch.tensor(random_senses(rng, 8, 4, BODY.senses))
    whole, last = brain.live(senses), None
    for now, said in zip(senses, whole, strict=True):
        last = brain(now, last)
        assert torch.equal(last, said)


def test_half_precision_around_it_changes_nothing():
    brain = Organism(random_genomes(BODY, 50), BODY)
    senses = torch.tensor(random_senses(np.random.default_rng(4), TICKS, 50, BODY.senses))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert torch.equal(brain.live(senses), Organism(random_genomes(BODY, 50), BODY).live(senses))


def test_gradients_of_random_organisms_are_finite():
    rng = np.random.default_rng(5)
    brain = Organism(random_genomes(BODY, MANY), BODY, random_weights(BODY, MANY, rng), keep=())
    senses = torch.tensor(random_senses(rng, TICKS, MANY, BODY.senses).astype(np.float32), requires_grad=True)
    brain.live(senses)[-1].square().sum().backward()
    for found in (brain.weights.grad, senses.grad):
        assert torch.isfinite(found).all()
    assert (brain.weights.grad.abs().amax(dim=(1, 2)) > 0).float().mean() > 0.9
    assert (senses.grad[0].abs().amax(dim=1) > 0).float().mean() > 0.5, "it reaches back to the first tick"


def test_a_unit_that_is_stuck_comes_back_and_none_is_driven_out():
    brain = Organism(random_genomes(BODY, 1)[:, 0], BODY, np.full((16, 32), 127, np.int8), keep=())
    senses = torch.full((BODY.senses,), 127.0)
    brain(senses).sum().backward()
    assert (brain.weights.grad[:, : BODY.senses] > 0).all()
    brain.weights.grad = None
    (-brain(senses).sum()).backward()
    assert (brain.weights.grad == 0).all()


def test_gradient_descent_learns_and_leaves_acts_alone():
    """Say in the first answer unit whether the first channel is above the second, after four ticks."""
    torch.manual_seed(1)
    before = replicator(Loci(BODY))
    brain = Organism(before, BODY, inborn=True)
    step = torch.optim.Adam(brain.parameters(), lr=1.0)
    for _ in range(60):
        senses = torch.zeros(64, BODY.senses)
        senses[:, 8:10] = torch.randint(-100, 101, (64, 2)).float()
        wanted = torch.sign(senses[:, 8] - senses[:, 9])
        said = brain.live(senses.expand(4, *senses.shape))[-1, :, ANSWER]
        loss = torch.nn.functional.softplus(-said * wanted / 16).mean()
        step.zero_grad()
        loss.backward()
        step.step()
    assert ((said > 0) == (wanted > 0)).float().mean() > 0.9
    trained = quantise(brain)
    assert trained.lost == 0
    rows = trained.genome[: BODY.synapses].reshape(BODY.units, BODY.inputs)
    old = before[: BODY.synapses].reshape(BODY.units, BODY.inputs)
    np.testing.assert_array_equal(rows[: len(ACTS)], old[: len(ACTS)])
    np.testing.assert_array_equal(trained.genome[BODY.synapses :], before[BODY.synapses :])
    assert (rows[ANSWER] != old[ANSWER]).any()


@pytest.mark.parametrize("inborn", [True, False])
def test_a_quantised_module_is_the_genome_it_was_made_of(inborn):
    genomes = random_genomes(BODY, MANY)
    found = quantise(Organism(genomes, BODY, inborn=inborn))
    np.testing.assert_array_equal(found.genome, genomes)
    np.testing.assert_array_equal(found.weights, genome.inborn_weights(Loci(BODY), genomes))
    assert (found.lost == 0).all()
    np.testing.assert_array_equal(quantise(Organism(genomes[:, 0], BODY)).genome, genomes[:, 0])


def test_what_a_child_lacks_is_told():
    weights = np.full((16, 32), 100, np.int8)
    found = quantise(Organism(learner(Loci(BODY)), BODY, weights, keep=()))
    np.testing.assert_array_equal(found.weights, weights)
    assert (found.genome[: BODY.synapses] == 6).all()
    assert found.lost == 4
    np.testing.assert_array_equal(found.genome[BODY.synapses :], learner(Loci(BODY))[BODY.synapses :])


@pytest.mark.parametrize("learned", [False, True])
def test_a_trained_replicator_seeds_a_soup_from_its_file(tmp_path, learned):
    weights = np.full((16, 32), 7, np.int8)
    quantise(Organism(learner(Loci(BODY)), BODY, weights)).save(tmp_path / "trained.npz")
    found = cs.load_organisms(tmp_path / "trained.npz")
    assert found.body == BODY and len(found) == 1
    np.testing.assert_array_equal(found.weights[0], weights)
    space = 'kind = "gpu", axes.lane.length = 8, genesis = "file:trained.npz", density = 0.5'
    (tmp_path / "world.toml").write_text(f"spaces.soup = {{ {space}, learned = {str(learned).lower()} }}\n")
    state = cs.Simulation(tmp_path / "world.toml", backend="reference").state
    alive = state.alive.values.ravel()
    assert alive.sum() > 1
    assert (state.genome.values.reshape(-1, 536)[alive] == found.genome[0]).all()
    born = genome.inborn_weights(Loci(BODY), found.genome.T)[:, :, 0]
    assert (state.weights.values.reshape(-1, 16, 32)[alive] == (weights if learned else born)).all()


def test_several_go_into_one_file(tmp_path):
    genomes = random_genomes(BODY, 3)
    quantise(Organism(genomes, BODY)).save(tmp_path / "three.npz")
    found = cs.load_organisms(tmp_path / "three.npz")
    np.testing.assert_array_equal(found.genome.T, genomes)
    np.testing.assert_array_equal(np.moveaxis(found.weights, 0, -1), genome.inborn_weights(Loci(BODY), genomes))


GENOME = replicator(Loci(BODY))


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Organism(GENOME.astype(np.int64), BODY), "genome: got int64; expected int8 of shape"),
        (lambda: Organism(GENOME.tolist(), BODY), "genome: got a list; expected int8"),
        (lambda: Organism(GENOME[:-1], BODY), r"genome: got shape \(535,\); expected int8 of shape \(536\)"),
        (lambda: Organism(GENOME, BodyPlan(24)), "genome: got shape .*; try: the body"),
        (lambda: Organism(GENOME[:, None][:, :0], BODY), "genome: got shape"),
        (lambda: Organism(GENOME + np.int8(1), BODY), "genome: got 1 to 8; expected .* from -8 to 7"),
        (lambda: Organism(GENOME, BODY, np.zeros((16, 32))), "weights: got float64; expected int8"),
        (lambda: Organism(GENOME, BODY, np.zeros((16, 32, 2), np.int8)), "weights: got shape"),
        (lambda: Organism(np.stack([GENOME] * 3, 1), BODY, np.zeros((16, 32, 2), np.int8)), "weights: got shape"),
        (lambda: Organism(GENOME, BODY, keep=("answer",)), "keep: got .*; expected a list of some of reproduce"),
        (lambda: Organism(GENOME, BODY, keep="move"), "keep: got 'move'"),
        (lambda: Organism(GENOME, BODY)(torch.zeros(15)), r"senses: got shape \(.*15\); expected \(..., 16\)"),
        (lambda: Organism(GENOME, BODY)(np.zeros(16)), "senses: got a ndarray; expected a tensor"),
        (lambda: Organism(GENOME, BODY)(torch.zeros(16, dtype=torch.bool)), "senses: got torch.bool"),
        (lambda: Organism(GENOME, BODY)(torch.full((16,), torch.nan)), "senses: got numbers that are not finite or too large"),
        (lambda: Organism(GENOME, BODY)(torch.full((16,), 300)), "senses: got numbers .*; expected -128 to 127"),
        (lambda: Organism(GENOME, BODY)(torch.zeros(16), torch.zeros(2, 16)), "activity: got shape"),
        (lambda: Organism(np.stack([GENOME] * 3, 1), BODY)(torch.zeros(16)), "senses: got shape"),
        (lambda: quantise(_broken()), "weights: got numbers that are not finite; expected .*; try: a smaller step"),
    ],
)  # fmt: skip
def test_wrong_input_is_refused_with_one_line(make, said):
    with pytest.raises(ValueError, match=f"organisms.torch, {said}") as caught:
        make()
    assert "\n" not in str(caught.value)


def _broken():
    brain = Organism(GENOME, BODY)
    with torch.no_grad():
        brain.weights[8, 3] = torch.nan
    return brain


def test_without_torch_the_message_says_what_to_install():
    code = "import sys; sys.modules['torch'] = None\nimport organisms.torch"
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={"PYTHONPATH": str(root)}, check=False
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith("try: pip install 'cyberspace[torch]'")


def test_acts_are_those_before_the_answers():
    assert (*ACTS, "answer_0") == tuple(name for name, _ in ACTUATORS[: ANSWER + 1]) and ACTS[REPRODUCE] == "reproduce"
