"""Numbers proposed by Optuna's samplers from what was scored so far: TPE and CMA-ES."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cyberspace.collective.ledger.space import Params, Space, Value
from cyberspace.collective.ledger.storage import distribution
from cyberspace.collective.missing import extra

SAMPLERS = ("tpe", "cma", "random")
MOST = 60
"""Newest results that a sampler is told."""

ENOUGH = 20
"""Results before CMA-ES begins from them; TPE does before that."""


def suggest(sampler: str, space: Space, past: Iterable[tuple[Mapping[str, Value], float]], seed: int) -> Params:
    """Values of all genes of a space.

    Args:
        sampler: One of `SAMPLERS`.
        space: Genes that are to be set; of past results, those that lack one are left out.
        past: Parameters and scores, higher is better, in order.
        seed: Equal seeds and pasts give equal values.
    """
    with extra("sampling"):
        import optuna

    if not space:
        return {}
    words = {name: distribution(gene) for name, gene in space.items()}
    told = [
        optuna.trial.create_trial(params={name: params[name] for name in space}, distributions=words, value=score)
        for params, score in list(past)[-MOST:]
        if all(name in params and space[name].holds(params[name]) for name in space)
    ]
    numbers = all(gene.kind != "choice" for gene in space.values())
    study = optuna.create_study(direction="maximize", sampler=_sampler(sampler, told, seed, numbers))
    study.add_trials(told)
    found = study.ask(words).params
    return {name: found[name] for name in space}


def _sampler(name: str, told: list[optuna.trial.FrozenTrial], seed: int, numbers: bool) -> optuna.samplers.BaseSampler:  # type: ignore[name-defined] # noqa: F821
    import warnings

    import optuna

    if name == "random":
        return optuna.samplers.RandomSampler(seed=seed)
    if name == "cma" and len(told) >= ENOUGH and numbers and len(told[0].params) > 1:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # source_trials is marked experimental
            # a sampler lives for one question, so the sources stand for its past, and one trial is no generation
            return optuna.samplers.CmaEsSampler(
                seed=seed, source_trials=told, n_startup_trials=0, warn_independent_sampling=False
            )
    return optuna.samplers.TPESampler(seed=seed, n_startup_trials=4, n_ei_candidates=12, multivariate=False)
