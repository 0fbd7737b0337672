"""Optuna's samplers, asked for one setting at a time from what was measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from cyberspace.collective.ledger.space import Params, Space, Value
from cyberspace.collective.ledger.storage import distribution
from cyberspace.errors import InputError, problem

if TYPE_CHECKING:
    from optuna.samplers import BaseSampler

START = 8
"""Values that a sampler wants before its model speaks; until then it draws at random."""


def suggest(kind: str, space: Space, values: Sequence[tuple[Mapping[str, Value], float]], seed: int) -> Params:
    """A setting to try.

    Args:
        kind: "tpe" or "cma".
        space: Genes and flags; CMA-ES moves numbers, and draws choices at random.
        values: Settings that were measured, and what each was worth, higher is better.
        seed: Of what is drawn.

    Raises:
        InputError: If there is no such sampler.
    """
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    distributions = {name: distribution(gene) for name, gene in space.items()}
    study = optuna.create_study(sampler=_sampler(kind, seed), direction="maximize")
    for params, value in values:
        if params.keys() == distributions.keys():
            study.add_trial(optuna.trial.create_trial(params=dict(params), distributions=distributions, value=value))
    return dict(study.ask(distributions).params)


def _sampler(kind: str, seed: int) -> BaseSampler:
    from optuna import samplers

    if kind == "tpe":
        return samplers.TPESampler(seed=seed, n_startup_trials=START, multivariate=True)
    if kind == "cma":
        return samplers.CmaEsSampler(seed=seed, n_startup_trials=START)
    raise InputError(problem("sampler", repr(kind), "tpe or cma", "tpe"))
