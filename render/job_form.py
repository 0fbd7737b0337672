"""The job that a person is writing, before it is posted."""

from __future__ import annotations

from dataclasses import dataclass

TABLES = {
    "NOT": "1010", "NAND": "1110", "AND": "0001", "OR": "0111",
    "AND-NOT": "0100", "OR-NOT": "1101", "NOR": "1000", "XOR": "0110", "EQU": "1001",
}  # fmt: skip
"""Truth tables that are offered: what is right for the inputs (x, y) = 00, 10, 01, 11."""


@dataclass(frozen=True)
class JobForm:
    """A job that is being written.

    Attributes:
        place: Place of the board.
        table: Name of a truth table.
        price: Tokens for a right answer.
        answers: How many are paid.
    """

    place: int = 0
    table: str = "XOR"
    price: int = 50
    answers: int = 100
