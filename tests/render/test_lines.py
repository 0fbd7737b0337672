"""The viewer and the line of whom it inspects: what is shown when one dies, by which rule, and what stays in hand."""

from dataclasses import replace

import pytest

from render.about import About
from render.frames import Told
from render.heirs import Ended, Heir
from render.pace import faster, slower, state_words
from tests.render.still_life import StillLife, space
from tests.render.test_app import Bench


class Mortal(StillLife):
    """Everybody lives until it is told who stands for it.

    Attributes:
        heirs: By identity, (identity, rule, up, down, space) of who stands for it, or None if nobody does.
        asked: What was asked about lines.
    """

    def __init__(self, *spaces):
        super().__init__(*spaces)
        self.heirs, self.asked, self.born = {}, [], 50

    def ask_line(self, space, who, place, tick, founder=None):
        self.asked.append((who, place, tick, founder))
        self.tick += 10
        seen = place if who is None else None
        asked = who = who or (7, self.born)
        heir = Heir(who, place=seen)
        if who in self.heirs:
            if self.heirs[who] is None:
                self.answers.append(Ended(who, self.tick))
                return
            who, *rest, space = self.heirs[who]
            heir = Heir(asked, *rest, place=seen)
        self.ask_organism(space, place, None)
        found = self.answers.pop()
        fields = {**found.fields, "alive": 1, "energy": 9, "cradle": who[0], "born": who[1]}
        self.answers.append(replace(found, fields=fields, heir=heir))


@pytest.fixture
def bench(tmp_path):
    return Bench(Mortal(space("reef", {"warp": 8, "lane": 8}), space("agora", {"warp": 6, "lane": 6}, first_site=64)), tmp_path)


PLACE = (0, 0, 0, 0, 0, 3, 4)


def choose(bench):
    bench.model.choose(PLACE)
    bench.turn(2)
    assert bench.model.organism.identity == (7, 50)


def test_a_click_means_who_was_seen_in_the_frame(bench):
    seen = bench.model.frame.tick
    choose(bench)
    assert bench.model.source.asked[0] == (None, PLACE, seen, None)
    who, _, tick, founder = bench.model.source.asked[-1]
    assert (who, tick) == ((7, 50), None) and founder == bench.model.organism.fields["founder"]


def test_one_that_died_before_the_click_came_is_stood_for_and_that_is_told(bench):
    bench.model.source.heirs[7, 50] = ((9, 80), "relative", 1, 1, "reef")
    bench.model.choose(PLACE)
    bench.turn(2)
    assert bench.model.organism.identity == (9, 80)
    assert "has died by tick" in bench.model.line.words and "its eldest living sibling" in bench.model.line.words


def test_one_that_dies_stays_in_sight_as_it_was_and_w_follows_its_child(bench):
    choose(bench)
    bench.model.source.heirs[7, 50] = ((9, 80), "descendant", 0, 1, "reef")
    bench.turn(2)
    assert bench.model.organism.identity == (7, 50) and bench.model.line.over
    assert "W follows its eldest living child" in " ".join(bench.read().words).replace("  ", " ")
    asked = len(bench.model.source.asked)
    bench.turn(5)
    assert len(bench.model.source.asked) == asked, "the dead are not asked for"
    bench.key("ctrl+c")
    assert bench.model.carried is not None, "what is known of it can be copied"
    bench.key("w")
    assert bench.model.organism.identity == (9, 80) and bench.model.following and not bench.model.line.over
    bench.read().check_legible()


def test_a_line_is_followed_through_many_lives(bench):
    choose(bench)
    bench.key("w")
    assert any("when it dies" in words for words in bench.read().words)
    for life in range(1, 30):
        before = bench.model.organism.identity
        rule = ("descendant", 0, 1) if life % 3 else ("lineage", 0, 0)
        bench.model.source.heirs[before] = ((7 + life, 50 + 10 * life), *rule, "reef")
        bench.turn(2)
        assert bench.model.organism.identity == (7 + life, 50 + 10 * life) and bench.model.following
    assert bench.model.line.lives == 30 and bench.model.line.words.startswith("life 30 of the line: the last died by tick")
    assert not [told for _, told in bench.model.told if told.wrong]


def test_a_line_is_followed_into_another_space(bench):
    choose(bench)
    bench.model.source.heirs[7, 50] = ((7, 50), "itself", 0, 0, "agora")
    bench.turn(2)
    assert bench.model.space.name == "reef" and "W follows it there" in bench.model.line.words
    bench.key("w")
    bench.turn(2)
    assert bench.model.space.name == "agora" and bench.model.following and bench.model.organism.identity == (7, 50)


def test_the_last_of_a_line_is_told_of_and_shown_as_it_was(bench):
    choose(bench)
    bench.key("w")
    bench.model.source.heirs[7, 50] = None
    bench.turn(2)
    assert not bench.model.following and bench.model.organism.identity == (7, 50)
    assert "the last of its line" in bench.model.line.words


def test_late_answers_about_somebody_else_change_nothing(bench):
    choose(bench)
    found = replace(
        bench.model.organism, fields={**bench.model.organism.fields, "born": 99}, heir=Heir((1, 1), "descendant", 0, 1)
    )
    bench.model.source.answers.append(found)
    bench.model.source.answers.append(Ended((1, 1), 5))
    bench.turn(1)
    assert bench.model.organism.identity == (7, 50) and not bench.model.line.over


def test_who_was_picked_up_stays_in_hand_when_it_dies(bench):
    bench.key("g", "5")
    model = bench.model
    energy = model.source.arrays[model.space.name]["energy"]
    place, empty = (
        next(tuple(map(int, at)) for at in zip(*where.nonzero(), strict=True)) for where in (energy > 0, energy == 0)
    )
    bench.app.do("act_at", place)
    bench.turn(2)
    assert model.carried is not None and model.organism.identity == (7, 50)
    model.source.heirs[7, 50] = None
    bench.turn(3)
    assert model.line.over and model.carried is not None
    bench.app.do("place_at", empty)
    assert model.source.acts[-1][0] == "transplant"


@pytest.mark.parametrize(
    ("rate", "speed", "slow", "fast"),
    [(0, 1200, 1000, 0), (0, 0, 50, 0), (20, 20, 10, 50), (5000, 1200, 1000, 0), (1, 1, 1, 2), (10_000, 9_900, 5000, 0)],
)
def test_speeds_begin_at_what_the_run_makes(rate, speed, slow, fast):
    about = About("run", 0, (), live=True, rate=rate, speed=speed)
    assert (slower(about), faster(about)) == (slow, fast)


def test_the_bar_says_what_the_run_makes_and_who_holds_it(bench):
    about = bench.model.source.about
    bench.model.source.about = replace(about, speed=1234.5)
    words = bench.read().words
    assert "live, 1,200 ticks/s" in words and "full speed" in words and "50/s" not in words
    bench.model.source.about = replace(about, rate=20, held="slowed to 20 ticks/s by anna", speed=19.7)
    words = bench.read().words
    assert "slowed to 20 ticks/s by anna" in words and "20 ticks/s" in words
    bench.model.source.about = replace(about, paused=True, held="paused by anna")
    assert "paused by anna" in bench.read().words
    bench.read().check_legible()
    assert state_words(replace(about, live=False), False) == "record"


def test_lines_about_the_same_do_not_stack(bench):
    for _ in range(3):
        bench.key("+")
    assert [told.text for told in bench.model.lines()] == ["as fast as it goes"]
    bench.key("-")
    assert [told.text for told in bench.model.lines()] == ["50 ticks per second"]
    for _ in range(3):
        bench.model.source.answers.append(Told("the run does not answer", wrong=True))
        bench.turn(1)
    assert len(bench.model.lines()) == 2


def test_where_cells_are_small_a_click_means_the_nearest_that_is_seen(bench):
    model, app = bench.model, bench.app
    energy = model.frame.arrays["energy"]
    empty = next(tuple(map(int, place)) for place in zip(*(energy == 0).nonzero(), strict=True))
    point = app.point_of(empty)
    bench.click(*point)
    assert model.source.asked[-1][1] == empty, "large cells are meant as they are"
    app.do("zoom", 0.05)
    bench.click(*app.point_of(empty))
    assert energy[model.source.asked[-1][1]]
