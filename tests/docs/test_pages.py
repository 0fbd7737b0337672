"""What the site itself can't check: the pages outside of it, and that the files which it shows are those that are run."""

import re
from pathlib import Path

import pytest

HOME = Path(__file__).parents[2]


def lines_of(path: Path) -> str:
    """A script without the sentence at its head."""
    return path.read_text(encoding="utf-8").partition('"""\n\n')[2].strip()


def test_the_ten_lines_of_the_readme_are_the_example():
    (block,) = re.findall(r"```python\n(.*?)```", (HOME / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert block.strip() == lines_of(HOME / "examples" / "6_python" / "ten_lines.py")


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_links_lead_somewhere(page):
    links = re.findall(r"\]\(([^)#]+)", (HOME / page).read_text(encoding="utf-8"))
    assert links and not [link for link in links if "://" not in link and not (HOME / link).exists()]


def test_each_file_on_extending_is_shown():
    pages = "".join(path.read_text(encoding="utf-8") for path in (HOME / "docs" / "extend").glob("*.md"))
    files = [path.name for path in (HOME / "docs" / "extend" / "code").glob("*.*") if path.suffix in (".py", ".toml")]
    assert len(files) == 9 and not [name for name in files if f"code/{name}" not in pages]


@pytest.mark.parametrize(
    "page", [*sorted((HOME / "docs").rglob("*.md")), HOME / "README.md", HOME / "CONTRIBUTING.md"], ids=lambda one: one.name
)
def test_files_of_the_house_that_a_page_names_exist(page):
    """DECISIONS and CHANGELOG tell of the past, and are not asked."""
    named = re.findall(
        r"`((?:cyberspace|topology|organisms|render|tests|benchmarks|examples|docs)/[\w/]+\.\w+)`",
        page.read_text(encoding="utf-8"),
    )
    assert not [name for name in named if not (HOME / name).exists()]
