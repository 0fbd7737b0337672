"""The demonstration: everything once, small, in under two minutes on two cores."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from cyberspace.collective.golf.artifact import CODE, MIXER, Artifact, Manifest, stated
from cyberspace.collective.golf.attacks import SMUGGLES, baseline
from cyberspace.collective.golf.board import table
from cyberspace.collective.golf.claims import claiming
from cyberspace.collective.golf.colony.pack import pack
from cyberspace.collective.golf.colony.port import grow
from cyberspace.collective.golf.course import Course, make_course
from cyberspace.collective.golf.roll import Roll
from cyberspace.collective.golf.sheet import write_page
from cyberspace.collective.golf.templates import code_of
from cyberspace.collective.golf.verifying import verify_waiting

SIZE, TICKS, WARP, SEED = 2048, 500, 8, 7

Tell = Callable[[str], None]


def play(folder: Path, tell: Tell, where: str = "", artifacts: Path | None = None) -> Course:
    """Play a whole course into a new folder, with its ledger there or in another place; the course."""
    began = time.perf_counter()

    def said(line: str) -> None:
        tell(f"[{time.perf_counter() - began:5.1f} s] {line}")

    course = make_course(folder, "docs", size=SIZE, seed=SEED, block=64, seconds=60.0)
    said(f"{folder}: {len(course.train.text):,} bytes to learn from, {SIZE:,} public, {SIZE:,} sealed; seed {SEED}")
    said(f"committed to the sealed part: sha256 {course.rules.sealed[:32]}...")
    grow(course, folder / "port", TICKS, WARP)
    said(f"a port of {32 * WARP} sites lived for {TICKS:,} ticks on the training part")
    roll = Roll(course, where, artifacts)
    for one in entries(course, folder):
        row = roll.enter(one)
        said(f"entered: {row.name}, {row.size:,} bytes, entry {row.entry}")
    for row, report in verify_waiting(roll, seed=SEED):
        why = f"({report.code}: {report.detail})" if report.code else f", {report.sealed:.4f} bits per byte"
        said(f"{row.name}: {report.verdict}{why}")
    for line in table(roll):
        tell(line)
    said(f"drawn: {write_page(roll)}")
    return course


def entries(course: Course, folder: Path) -> list[Artifact]:
    """Four that are honest and two that are not."""
    counts = claiming(course, baseline(1))
    blend = stated(Artifact(Manifest("a blend of orders 0 to 3", "demo"), {CODE: code_of("blend")}))
    greedy = stated(
        Artifact(
            Manifest("the same, more sure", "demo"), {CODE: code_of("blend"), MIXER: b'{"orders": [0, 1, 2, 3], "rate": 0.004}'}
        )
    )
    colony = pack(folder / "port", "the colony of the port", author="demo")
    global_ = stated(Artifact(Manifest("keeps a global", "red team"), {CODE: SMUGGLES}))
    claimed = counts.manifest.claim
    assert claimed is not None
    from dataclasses import replace

    boast = replace(
        counts,
        manifest=replace(counts.manifest, name="claims too much", author="red team", claim=replace(claimed, bits_per_byte=2.0)),
    )
    return [counts, blend, greedy, colony, global_, stated(boast)]
