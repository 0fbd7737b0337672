"""Tables of the world file, out of its schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sphinx.pycode import ModuleAnalyzer

from cyberspace.worldfile import schema
from house import markdown

MEANINGS = {
    "WorldFile.world": "what holds for the whole universe",
    "WorldFile.spaces": "the spaces, by name: `[spaces.NAME]`; at least one",
    "WorldFile.beaches": "links between regions of different kind or shape: `[[beaches]]`",
    "WorldFile.record": "what is kept of a run",
    "WorldTable.seed": "seed of all randomness; `--seed` goes before it",
    "SpaceTable.kind": '`"gpu"`, `"cpu"`, or `FILE.py:NAME`: names of the near axes, and what upkeep is charged for',
    "SpaceTable.backend": '`"numba"`, `"jax"`, `"reference"`, or `FILE.py:NAME`: the speed, never the result; `--backend` goes before it',
    "SpaceTable.axes": "the axes in use, by name; those left out have length 1",
    "SpaceTable.body": "size of the brain of everybody in this space",
    "SpaceTable.physics": "what the regions charge and allow",
    "SpaceTable.genesis": 'how it starts: `"soup"` (random genomes), `"ancestor:NAME"`, `"ancestor:FILE.py:NAME"` or `"empty"`',
    "SpaceTable.density": "share of the sites that genesis inhabits",
    "SpaceTable.tide": "one site in this many may receive an organism at an opening of a near axis",
    "SpaceTable.rule": 'the learning rule: `"hebbian"`, `"none"` (inborn weights for life), or `FILE.py:NAME`',
    "SpaceTable.tasks": "how energy is earned here: `[[spaces.NAME.tasks]]`; together at most 32 goals",
    "AxisTable.length": "sites (near axes) or regions (far axes) along it",
    "AxisTable.stretch": "ticks between two openings, a power of two up to 65,536; the axis's own start value if left out",
    "AxisTable.curled": "whether the axis is a loop; `device` is one if left out, the others are not",
    "BodyTable.units": "neurons of a brain",
    "BodyTable.senses": "inputs of a brain: eight senses that every world has, then the task's channels",
    "BodyTable.shift": "right shift of the weighted sum: the slope of the nonlinearity",
    "TaskTable.name": "a built-in name, `FILE.py:CLASS` beside the world file, or `package.module:CLASS`",
    "TaskTable.where": "the places along near axes where it is posed; everywhere if left out",
    "TaskTable.fill": "energy that flows into its pools per site, goal and tick; the task's start value if left out",
    "TaskTable.pool": "what a pool holds at most, in lessons of filling; the task's start value if left out",
    "TaskTable.options": "arguments of the task's constructor",
    "BeachTable.between": "names of the two spaces",
    "BeachTable.stretch": "ticks between two openings, a power of two",
    "RecordTable.fields": "fields of the state that are sampled; their names are in the reference of the state",
    "RecordTable.checkpoint_every": "ticks between two checkpoints",
}
"""What keys mean, where the schema says nothing; what the schema says goes before it."""

BETTER = {"SpaceTable.pace": "ticks that a region lives for each tick of the universe"}
"""What the schema says of its own value, said of the value in the file."""

WORDS = {"integer": "whole number", "number": "number", "string": "text", "boolean": "true or false", "null": ""}
OWN = {"pace": "a power of two", "where": "table of ranges", "shores": "two tables of ranges", "options": "table"}
OWN_RANGE = {"pace": "1/1024 to 1"}
OWN_DEFAULT = {
    "pace": "1",
    "machine": "none",
    "stretch": "the axis's",
    "curled": "the axis's",
    "fill": "the task's",
    "pool": "the task's",
    "cost": "the stretch",
}
"""Keys whose type in the file is not their type in the schema."""


def table(name: str) -> Iterator[str]:
    """One table of the world file: key, type, range, default, meaning."""
    model = getattr(schema, name)
    content = model.model_json_schema()
    required = content.get("required", [])
    body = []
    for key, facts in content["properties"].items():
        default = "required" if key in required else OWN_DEFAULT.get(key) or _default(facts.get("default"))
        body.append((f"`{key}`", _type(key, facts), OWN_RANGE.get(key) or value_range(facts), default, meaning(name, key)))
    yield from markdown.rows(("key", "type", "range", "if left out", "meaning"), body)


def meaning(model: str, key: str) -> str:
    """What a key means: its declaration or docstring in the schema, else `MEANINGS`."""
    fields = getattr(schema, model).model_fields
    if f"{model}.{key}" in BETTER:
        return BETTER[f"{model}.{key}"]
    name = next((own for own, field in fields.items() if (field.alias or own) == key), key)
    if fields[name].description:
        return str(fields[name].description)
    documented = ModuleAnalyzer.for_module(schema.__name__).find_attr_docs()
    told = " ".join(documented.get((model, name), [])).strip().rstrip(".")
    found = told[:1].lower() + told[1:] if told else MEANINGS.get(f"{model}.{key}")
    if not found:
        raise KeyError(f"{model}.{key} has no meaning: give it a docstring in {schema.__name__}")
    return found


def _type(key: str, facts: dict[str, Any]) -> str:
    if key in OWN:
        return OWN[key]
    if "anyOf" in facts:
        return " or ".join(filter(None, (_type("", one) for one in facts["anyOf"])))
    if "enum" in facts:
        return "one of " + ", ".join(f'`"{one}"`' for one in facts["enum"])
    if facts.get("type") == "array":
        return f"list of {_plural(_type('', facts.get('items', {})))}"
    if "$ref" in facts or "allOf" in facts or facts.get("type") == "object":
        return "table"
    return WORDS.get(facts.get("type", ""), "any")


def _plural(word: str) -> str:
    return {"text": "texts", "whole number": "whole numbers", "table": "tables"}.get(word, word)


def value_range(facts: dict[str, Any]) -> str:
    """What a value may be, in words."""
    for one in facts.get("anyOf", []):
        if one.get("type") != "null":
            return value_range(one)
    low, high = facts.get("minimum"), facts.get("maximum")
    if "exclusiveMaximum" in facts:
        high = f"below {facts['exclusiveMaximum']:,}"
    text = (
        f"{_number(low)} to {_number(high)}"
        if None not in (low, high)
        else f"{_number(low)} or more"
        if low is not None
        else ""
    )
    return f"{text}, a multiple of {facts['multipleOf']}" if "multipleOf" in facts else text


def _number(value: Any) -> str:
    return f"{value:,}" if isinstance(value, (int, float)) else str(value)


def _default(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, dict) or value == []:
        return "empty" if not value else "its defaults"
    return f"`{json.dumps(value)}`"
