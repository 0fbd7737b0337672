"""The number of threads follows what is quicker."""

import pytest

from cyberspace.backends.cpu.pace import LATE, Pace


def live(pace, seconds, spans, ticks=7):
    """Spans that take so long by number of threads; how often each number was used."""
    used = {}
    for _ in range(spans):
        threads = pace.threads(ticks)
        used[threads] = used.get(threads, 0) + 1
        pace.note(ticks, seconds(threads) * ticks)
    return used


@pytest.mark.parametrize("most", [1, 2, 5, 16])
def test_all_threads_are_used_where_they_pay(most):
    """Trials of fewer become rare."""
    pace = Pace(most)
    live(pace, lambda threads: 1 / threads, 200)
    assert live(pace, lambda threads: 1 / threads, 2 * LATE).get(most, 0) >= 2 * LATE - 4


@pytest.mark.parametrize("most", [2, 5, 16])
def test_one_thread_is_used_where_more_are_slower(most):
    used = live(Pace(most), lambda threads: threads, 400)
    assert used[1] > 300


def test_it_turns_when_the_machine_does():
    pace = Pace(4)
    live(pace, lambda threads: 1 / threads, 1000)
    live(pace, lambda threads: 3.0 * threads, 100)
    assert pace.threads(7) < 4
    live(pace, lambda threads: 1 / threads, 2 * LATE)
    assert live(pace, lambda threads: 1 / threads, 100).get(4, 0) >= 90


def test_short_and_long_spans_are_told_apart():
    pace = Pace(2)
    for _ in range(100):
        live(pace, lambda threads: threads, 1, ticks=1)
        live(pace, lambda threads: 1 / threads, 1, ticks=64)
    assert pace.threads(1) == 1
    assert pace.threads(64) == 2


def test_the_first_span_counts_for_nothing():
    """Something may have been compiled in it."""
    pace = Pace(2)
    pace.note(7, 1000.0)
    assert live(pace, lambda threads: 1 / threads, 100)[2] >= 95
