import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from render.camera import Camera, fitted
from render.canvas import Picture, Rect
from render.palette import rgb
from render.paper import Paper

RECT = Rect(30, 20, 200, 150)
cameras = st.builds(Camera, st.floats(-50, 50), st.floats(-50, 50), st.floats(0.2, 40))


@given(cameras, st.integers(-20, 60), st.integers(-20, 60))
def test_a_cells_pixels_are_its_own(camera, row, column):
    box = camera.box(RECT, row, column)
    if camera.zoom >= 1:
        for x, y in ((box.x, box.y), (box.right - 1, box.bottom - 1)):
            assert camera.cell(RECT, x, y) == (row, column)
        assert camera.cell(RECT, box.x - 1, box.y)[1] == column - 1
        assert camera.cell(RECT, box.right, box.y)[1] == column + 1


@given(cameras, st.floats(0.1, 10), st.integers(30, 229), st.integers(20, 169))
def test_zooming_keeps_what_is_under_the_mouse(camera, factor, x, y):
    after = camera.zoomed(RECT, factor, x, y)
    before = camera.left + (x - RECT.x) / camera.zoom
    assert abs(after.left + (x - RECT.x) / after.zoom - before) < 1e-6


@given(st.integers(1, 2000), st.integers(1, 2000))
def test_fit_shows_all(height, width):
    camera = fitted(RECT, (height, width))
    x, y = camera.corner(RECT, 0, 0)
    right, bottom = camera.corner(RECT, height, width)
    assert RECT.x <= x and right <= RECT.right and RECT.y <= y and bottom <= RECT.bottom


@given(st.floats(1, 30), st.floats(-3, 9), st.floats(-3, 9))
def test_what_is_painted_at_a_pixel_is_the_cell_that_the_camera_names(zoom, left, top):
    indices = np.arange(48, dtype=np.uint8).reshape(6, 8)
    table = tuple((k, 2 * k % 256, 255 - k) for k in range(256))
    paper, camera, rect = Paper(60, 50), Camera(left, top, zoom), Rect(5, 5, 50, 40)
    paper.fill(paper.rect, "#FFFFFF")
    paper.image(Picture(indices, table, 1), rect, camera.left, camera.top, camera.zoom)
    pixels = paper.pixels
    for y in range(0, 50, 3):
        for x in range(0, 60, 3):
            row, column = camera.cell(rect, x, y)
            inside = rect.holds(x, y) and 0 <= row < 6 and 0 <= column < 8
            expected = table[indices[row, column]] if inside else rgb("#FFFFFF")
            assert tuple(pixels[y, x]) == expected


def test_nothing_is_painted_outside_of_the_clip():
    paper = Paper(40, 40)
    paper.clip(Rect(10, 10, 5, 5))
    paper.fill(Rect(0, 0, 40, 40), "#FF0000")
    paper.clip(None)
    red = (paper.pixels == rgb("#FF0000")).all(axis=2)
    assert red.sum() == 25 and red[10:15, 10:15].all()
