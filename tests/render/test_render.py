import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from render import palette
from render.projection import project


@given(st.lists(st.integers(1, 5), min_size=1, max_size=7))
def test_every_place_is_on_the_page_once(lengths):
    values = np.arange(np.prod(lengths)).reshape(lengths)
    picture = project(values, -1)
    assert picture.ndim == 2
    found = picture[picture >= 0]
    np.testing.assert_array_equal(np.sort(found), values.ravel())


def test_the_two_longest_axes_are_innermost():
    values = np.arange(2 * 5 * 3 * 4).reshape(2, 5, 3, 4)
    picture = project(values, -1)
    np.testing.assert_array_equal(picture[:5, :4], values[0, :, 0, :])
    assert (picture[:, 4] == -1).all()


def luminance(colour):
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_neighbours_in_a_stack_differ_in_lightness_and_all_colours_differ():
    assert len({*palette.STACK, palette.OTHER, palette.GROUND}) == len(palette.STACK) + 2
    for one, two in zip(palette.STACK, palette.STACK[1:], strict=False):
        assert abs(luminance(one) - luminance(two)) > 0.03, (one, two)
