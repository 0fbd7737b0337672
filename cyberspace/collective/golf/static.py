"""What can be seen without running: flags for a reader, and never a reason to reject, since the harness holds what matters."""

from __future__ import annotations

import ast
import math
from collections import Counter

from cyberspace.collective.golf.artifact import Artifact
from cyberspace.collective.golf.box.walls import IMPORTS

ODD = {"eval", "exec", "compile", "open", "__import__", "globals", "getattr", "setattr", "vars"}
DENSE = 7.2
"""Bits per byte from which a part of an artifact is as dense as what was compressed."""


def flags(artifact: Artifact) -> list[str]:
    """What a reader may want to look at."""
    found: list[str] = []
    code = artifact.job.code
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ["its code is no Python"]
    for node in ast.walk(tree):
        found += _node(node)
    for name, raw in artifact.parts.items():
        if len(raw) >= 256 and _entropy(raw) > DENSE:
            found.append(f"{name} is dense ({_entropy(raw):.2f} bits per byte)")
    return sorted(set(found))


def _node(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names]
        return [f"imports {one}" for one in names if one.partition(".")[0] in {*IMPORTS, "os", "sys", "io", "time"}]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ODD:
        return [f"calls {node.func.id}"]
    if isinstance(node, ast.Global | ast.Nonlocal):
        return [f"keeps {', '.join(node.names)} outside its state"]
    if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes) and len(node.value) > 512:
        return [f"holds a constant of {len(node.value):,} letters"]
    return []


def _entropy(raw: bytes) -> float:
    counts = Counter(raw).values()
    return -sum(one / len(raw) * math.log2(one / len(raw)) for one in counts)
