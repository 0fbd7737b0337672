import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from render.projection import Cut, Projection, by_length, project, start


@st.composite
def projections(draw):
    """A random lattice with some axes hidden and the others in any order."""
    shape = tuple(draw(st.lists(st.integers(1, 5), min_size=1, max_size=7)))
    axes = draw(st.permutations(range(len(shape))))
    order = tuple(axes[: draw(st.integers(0, len(shape)))])
    cuts = tuple(
        (axis, Cut(draw(st.integers(0, shape[axis] - 1)), draw(st.sampled_from(["slice", "mean", "max"]))))
        for axis in axes
        if axis not in order
    )
    return Projection(shape, order, cuts)


@given(projections())
def test_every_cell_is_one_place_or_gutter_and_back(projection):
    values = np.arange(np.prod(projection.shape)).reshape(projection.shape)
    shown = values
    for axis, cut in projection.hidden.items():
        shown = np.take(shown, [cut.place], axis=axis)
    picture = projection.picture(shown, -1)
    assert picture.shape == projection.size
    np.testing.assert_array_equal(np.sort(picture[picture >= 0]), np.sort(shown.ravel()))
    for row in range(picture.shape[0]):
        for column in range(picture.shape[1]):
            place = projection.place_at(row, column)
            assert (place is None) == (picture[row, column] < 0)
            if place is not None:
                assert values[place] == picture[row, column]
                assert projection.cell_of(place) == (row, column)
    for outside in ((-1, 0), (0, -1), (picture.shape[0], 0), (0, picture.shape[1])):
        assert projection.place_at(*outside) is None


@given(projections(), st.data())
def test_outlines_enclose_exactly_the_places_asked_for(projection, data):
    low = tuple(data.draw(st.integers(0, length - 1)) for length in projection.shape)
    high = tuple(data.draw(st.integers(first + 1, length)) for first, length in zip(low, projection.shape, strict=True))
    drawn = np.zeros(projection.size, dtype=int)
    for row, column, height, width in projection.box_of(low, high):
        drawn[row : row + height, column : column + width] += 1
    seen = all(cut.how != "slice" or low[axis] <= cut.place < high[axis] for axis, cut in projection.hidden.items())
    for row in range(projection.size[0]):
        for column in range(projection.size[1]):
            place = projection.place_at(row, column)
            if place is not None:
                shown = [axis for axis in range(len(place)) if axis in projection.order]
                assert drawn[row, column] == (seen and all(low[a] <= place[a] < high[a] for a in shown))


@given(projections())
def test_slices_and_reductions_leave_one_place_of_each_hidden_axis(projection):
    values = np.arange(np.prod(projection.shape)).reshape(projection.shape)
    how = {"mean": lambda v, a: v.mean(axis=a, keepdims=True), "max": lambda v, a: v.max(axis=a, keepdims=True)}
    cut = projection.reduce(projection.sliced(values), how)
    expected = values
    for axis, one in projection.hidden.items():
        expected = np.take(expected, [one.place], axis=axis) if one.how == "slice" else expected
    for axis, one in projection.hidden.items():
        if one.how != "slice":
            expected = how[one.how](expected, axis)
    np.testing.assert_allclose(cut, expected)


def test_a_slice_hides_the_other_places():
    projection = Projection((3, 4, 5), (1, 2), ((0, Cut(1)),))
    assert projection.cell_of((1, 2, 3)) == (2, 3)
    assert projection.cell_of((0, 2, 3)) is None
    assert Projection((3, 4, 5), (1, 2), ((0, Cut(1, "max")),)).cell_of((0, 2, 3)) == (2, 3)


def test_the_order_can_be_rolled_all_the_way_round():
    first = Projection((2, 3, 4, 5), by_length((2, 3, 4, 5)))
    turned = first
    for _ in range(4):
        turned = turned.rolled()
        assert turned.picture(np.zeros(first.shape), 0).shape == turned.size
    assert turned == first


def test_axes_can_be_hidden_and_shown_again():
    projection = start((2, 3, 4, 8, 8, 32, 32))
    assert projection.order == (3, 4, 5, 6)
    assert set(projection.hidden) == {0, 1, 2}
    assert projection.hide(4, Cut(2)).hidden[4] == Cut(2)
    assert projection.hide(4, Cut(2)).show(4).order == (4, 3, 5, 6)


def test_an_order_that_names_an_axis_twice_is_refused():
    with pytest.raises(ValueError, match="different axes"):
        Projection((2, 2), (0, 0))


@given(st.lists(st.integers(1, 5), min_size=1, max_size=7))
def test_every_place_of_a_whole_array_is_on_the_page_once(lengths):
    values = np.arange(np.prod(lengths)).reshape(lengths)
    picture = project(values, -1)
    assert picture.ndim == 2
    np.testing.assert_array_equal(np.sort(picture[picture >= 0]), values.ravel())


def test_the_two_longest_axes_are_innermost():
    values = np.arange(2 * 5 * 3 * 4).reshape(2, 5, 3, 4)
    picture = project(values, -1)
    np.testing.assert_array_equal(picture[:5, :4], values[0, :, 0, :])
    assert (picture[:, 4] == -1).all()
