"""The house: how long its files are, what its wings say of themselves, and that nothing runs in circles."""

import ast
import re
import statistics
import tomllib
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

HOME = Path(__file__).parents[1]
PACKAGES = ("topology", "organisms", "cyberspace", "render")
LONGEST = 330
"""Lines of a file, at most."""

MEDIAN = range(60, 151)
"""Lines of the median file of the packages."""

MOST_ANY = 250
"""Lines of the packages that hold the word Any, at most."""


def files(*folders):
    return sorted(path for folder in folders for path in (HOME / folder).rglob("*.py") if "__pycache__" not in path.parts)


def lines(path):
    return path.read_text(encoding="utf-8").splitlines()


def docstring(path):
    return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""


WINGS = sorted(path.parent.name for path in (HOME / "cyberspace").glob("*/__init__.py"))
LINTER = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
CONTRACTS = {
    contract["source_modules"][0].removeprefix("cyberspace."): contract
    for contract in LINTER["contracts"]
    if contract["type"] == "forbidden" and len(contract["source_modules"]) == 1
}
"""By name of the wing that a contract is about."""


def order():
    """The wings from the top to the ground."""
    (contract,) = [one for one in LINTER["contracts"] if one.get("containers") == ["cyberspace"]]
    return [wing for layer in contract["layers"] for wing in layer.split(" : ")]


def test_no_file_is_long():
    found = {str(path.relative_to(HOME)): len(lines(path)) for path in files(*PACKAGES, "tests", "benchmarks", "examples")}
    assert not {name: count for name, count in found.items() if count > LONGEST}


def test_the_median_file_is_short_and_not_tiny():
    median = statistics.median(len(lines(path)) for path in files(*PACKAGES) if path.name != "__init__.py")
    assert MEDIAN.start <= median < MEDIAN.stop  # it may lie between two lengths


def test_any_is_rare():
    found = {
        str(path.relative_to(HOME)): sum("Any" in re.findall(r"\w+", line) for line in lines(path)) for path in files(*PACKAGES)
    }
    total, worst = sum(found.values()), sorted(found, key=found.get, reverse=True)[:10]
    assert total <= MOST_ANY, worst


def test_no_module_imports_itself_over_others():
    graph = grimp.build_graph(*PACKAGES, exclude_type_checking_imports=True)
    TopologicalSorter({module: graph.find_modules_directly_imported_by(module) for module in graph.modules}).prepare()


@pytest.mark.parametrize("path", [path for path in files(*PACKAGES) if path.name == "__init__.py"], ids=str)
def test_every_package_says_what_it_is(path):
    assert docstring(path).endswith(".")


@pytest.mark.parametrize("wing", WINGS)
def test_a_wing_says_one_sentence_and_its_contract_says_the_same(wing):
    said = docstring(HOME / "cyberspace" / wing / "__init__.py")
    assert said == CONTRACTS[wing]["name"]
    assert re.fullmatch(r"[A-Z][^.]*\.", said), "one sentence"


@pytest.mark.parametrize("wing", WINGS)
def test_the_contract_of_a_wing_forbids_all_that_lies_above_it(wing):
    above = order()[: order().index(wing)]
    assert {f"cyberspace.{name}" for name in above} <= set(CONTRACTS[wing]["forbidden_modules"])
