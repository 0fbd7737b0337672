"""Tables of the world file, out of its schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sphinx.pycode import ModuleAnalyzer

from cyberspace.worldfile import schema
from house import markdown

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
    "until": "never",
    "every": "once",
    "for": "until `until`",
    "after": "none",
    "before": "none",
    "set": "none",
    "wave": "none",
    "table": "none",
    "kill": "none",
    "task": "the only one",
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
    """What a key means: its declaration or docstring in the schema."""
    fields = getattr(schema, model).model_fields
    name = next((own for own, field in fields.items() if (field.alias or own) == key), key)
    if fields[name].description:
        return str(fields[name].description)
    home = getattr(schema, model).__module__
    documented = ModuleAnalyzer.for_module(home).find_attr_docs()
    told = " ".join(documented.get((model, name), [])).strip().rstrip(".")
    if not told:
        raise KeyError(f"{model}.{key} has no meaning: give it a docstring in {home}")
    return told[:1].lower() + told[1:]


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
