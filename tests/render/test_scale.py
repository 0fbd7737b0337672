"""How large text and panels are: by themselves, as a person wants, remembered, and what the mouse then means."""

import pytest
from click.testing import CliRunner

from cyberspace.errors import InputError
from render.cli import view
from render.events import Event
from render.paper import Paper
from render.scale import LEAST, Scale, remembered
from render.scaled import Scaled, in_units


@pytest.mark.parametrize(
    ("window", "display", "factor"),
    [((1024, 768), 1.0, 1.0), ((1280, 800), 1.0, 1.0), ((1920, 1080), 1.0, 1.25), ((2560, 1440), 1.0, 1.5),
     ((3840, 2160), 1.0, 2.5), ((2560, 1600), 2.0, 2.0), ((800, 600), 2.0, 1.0)],
)  # fmt: skip
def test_text_grows_with_window_and_display(window, display, factor):
    scale = Scale(display=display)
    units = scale.fit(window)
    assert scale.factor == factor
    assert all(has >= least for has, least in zip(units, LEAST, strict=True))


def test_a_person_changes_it_and_it_is_remembered(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.delenv("DISPLAY", raising=False)
    scale = remembered(None)
    scale.fit((1280, 800))
    assert "125 %" in scale.change(1)
    scale.fit((1280, 800))
    assert scale.factor == 1.25 and remembered(None).wish == 1.25
    assert "largest" in scale.change(1)  # 1280 x 800 has room for no more
    scale.change(0)
    assert remembered(None).wish is None
    assert remembered("2").wish == remembered(None).wish == 2.0
    assert remembered("auto").wish is None
    (tmp_path / "cyberspace" / "scale.json").write_text("[1", encoding="utf-8")
    assert remembered(None).wish is None


@pytest.mark.parametrize("words", ["0.5", "9", "big", "nan", ""])
def test_a_wrong_scale_is_refused(monkeypatch, tmp_path, words):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    with pytest.raises(InputError, match="--scale"):
        remembered(words)


def test_the_option_is_told_in_the_help():
    assert "--scale" in CliRunner().invoke(view, ["--help"]).output


def test_the_mouse_is_told_in_units_and_a_new_factor_is_a_new_size():
    scale = Scale(2.0)
    told = in_units(scale, [Event("down", 200, 100, button="left")], (1920, 1200))
    assert [(one.kind, one.x, one.y) for one in told] == [("size", 960, 600), ("down", 100, 50)]
    assert in_units(scale, [Event("size", 3840, 2400)], (1920, 1200))[0].x == 1920
    scale.change(-1)
    assert in_units(scale, [], (3840, 2400))[0].kind == "size"


def test_text_is_drawn_in_its_real_size():
    scale = Scale(2.0)
    scale.fit((1920, 1200))
    sheet = Paper(1920, 1200)
    assert abs(2 * Scaled(sheet, scale).width("tick 1,000", 12) - sheet.width("tick 1,000", 24)) <= 2
