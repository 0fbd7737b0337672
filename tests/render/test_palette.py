import numpy as np
import pytest

from render import palette
from tests.render.vision import DEFICIENCIES, ciede2000, distances, lab

APART = 12


def test_neighbours_in_a_stack_differ_in_lightness_and_all_colours_differ():
    assert len({*palette.STACK, palette.OTHER, palette.GROUND}) == len(palette.STACK) + 2
    for one, two in zip(palette.STACK, palette.STACK[1:], strict=False):
        assert abs(palette.luminance(one) - palette.luminance(two)) > 0.03, (one, two)


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_everybody_can_tell_the_categories_from_each_other_and_from_the_ground(deficiency):
    colours = [palette.rgb(c) for c in (*palette.CATEGORIES, palette.OTHERS, palette.SPACE, palette.GUTTER)]
    apart = distances(colours, deficiency) + 1000 * np.eye(len(colours))
    assert apart.min() >= APART


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_everybody_sees_a_ramp_grow_lighter_and_its_lowest_step_on_the_ground(deficiency):
    colours = palette.ramp(palette.RAMP_STOPS)
    assert len(colours) == palette.SCALE
    lightness = lab(colours, deficiency)[:, 0]
    assert (np.diff(lightness[::8]) > 0).all()
    assert distances([colours[0], palette.rgb(palette.SPACE), palette.rgb(palette.GUTTER)], deficiency)[0, 1:].min() >= APART


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_everybody_can_tell_above_zero_from_below(deficiency):
    colours = palette.ramp(palette.BALANCE_STOPS)
    ends = [colours[0], colours[len(colours) // 2], colours[-1], palette.rgb(palette.SPACE)]
    assert (distances(ends, deficiency) + 1000 * np.eye(4)).min() >= 2 * APART


@pytest.mark.parametrize("ground", [palette.PANEL, palette.BAR, palette.CONTROL, palette.SPACE])
@pytest.mark.parametrize("ink", [palette.TEXT, palette.FAINT, palette.ACCENT, palette.WARNING])
def test_inks_are_read_on_every_ground(ink, ground):
    assert palette.contrast(ink, ground) >= 4.5


def test_no_field_colour_is_the_grounds():
    table = palette.table([palette.rgb(c) for c in (*palette.CATEGORIES, palette.OTHERS)])
    assert len(table) == 256
    assert palette.rgb(palette.SPACE) not in table[palette.FIRST :]
    assert table[palette.NOBODY] == palette.rgb(palette.SPACE)
    assert [table[k] for k in (palette.WALL, palette.SOIL, palette.VENT)] == [palette.rgb(c) for c in palette.BLOCKS.values()]


def test_contrast_of_black_on_white_is_21():
    assert palette.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert palette.ink_on(palette.CATEGORIES[3]) == "#000000"
    assert palette.ink_on(palette.PANEL) == "#FFFFFF"


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_everybody_can_tell_any_two_tasks_apart_and_each_from_idlers_and_grounds(deficiency):
    tasks = np.array([palette.rgb(c) for c in palette.task_colours(9)])
    grounds = np.array([palette.rgb(c) for c in (palette.IDLE, palette.SPACE, palette.PANEL, palette.GROUND)])
    seen, behind = lab(tasks, deficiency), lab(grounds, deficiency)
    assert (ciede2000(seen[:, None], seen[None]) + 1000 * np.eye(9)).min() >= 17
    assert ciede2000(seen[:, None], behind[None]).min() >= APART


def test_the_colour_of_a_task_does_not_depend_on_how_many_there_are():
    assert palette.task_colours(30)[:9] == palette.task_colours(9) == list(palette.TASKS)
    assert len(set(palette.task_colours(18))) == 18 and palette.code(palette.rgb("#0A1B2C")) == "#0A1B2C"


def least(colours, deficiency):
    """The smallest distance of two colours."""
    seen = lab([palette.rgb(colour) for colour in colours], deficiency)
    return float((ciede2000(seen[:, None], seen[None]) + 1000 * np.eye(len(colours))).min())


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
@pytest.mark.parametrize(
    ("colours", "apart"),
    [
        (palette.task_colours(16), 10),
        ((*palette.BLOCKS.values(), *palette.TASKS, palette.SPACE), 10),
        ((*palette.BLOCKS.values(), *palette.CATEGORIES, palette.SPACE), 10),
        ((*palette.CATEGORIES, palette.OTHERS, palette.SPACE), 11),
        ((*palette.VIVID, palette.OTHER, palette.GROUND), 10),
        ((palette.TEXT, palette.FAINT, palette.ACCENT, palette.WARNING), 8),
    ],
    ids=["sixteen tasks", "blocks and tasks", "blocks and lineages", "lineages", "report", "inks"],
)
def test_everybody_can_tell_all_colours_of_a_picture_apart(colours, apart, deficiency):
    assert least(colours, deficiency) >= apart
