"""Why a submission is rejected: one code each, and what it says."""

from __future__ import annotations

CODES = {
    "over-cap": "the artifact has more bytes than its cap",
    "size-claim": "the manifest states another number of bytes than the artifact has",
    "hash": "a file is not the one whose hash the manifest states",
    "unlisted": "a file, a link or a name that no submission may hold",
    "path": "an archive that writes outside its folder",
    "bomb": "an archive that is larger inside than any cap",
    "manifest": "a manifest that can't be read",
    "invalid-parent": "the same content as an entry that was found invalid",
    "crash": "the code raised an error, or its process died",
    "shape": "logits that are no 256 numbers for each lane",
    "not-finite": "logits that are not finite",
    "state": "a state that can't be written down",
    "hangs": "no answer within the time of a step",
    "time": "more time than the budget",
    "memory": "more memory than the budget",
    "reads": "it opened a file",
    "writes": "it wrote to a file system",
    "network": "it reached for a socket",
    "forks": "it started a process or a thread",
    "native": "it reached for native code",
    "imports": "it imported what a submission has no use for",
    "forbidden-call": "it made a system call that the box does not know",
    "coverage": "it did not predict all bytes, or claims a score over a part of them",
    "not-deterministic": "the same bytes gave other logits",
    "not-causal": "another future changed the past",
    "hidden-state": "a fresh process with the same state gave other logits: something was kept elsewhere",
    "unnormalised": "the claim holds only for scores that do not sum to one",
    "two-pass": "the claim holds only for a second pass over the same bytes",
    "best-of-seeds": "the claim is made with seeds of the claimant's choice",
    "overclaimed": "the claimed bits per byte are not what the harness measures",
    "below-entropy": "fewer bits than the source itself needs, by more than chance allows",
    "trained-on-validation": "it knows canaries of the public part, which were drawn at random",
    "saw-sealed": "it knows canaries of the sealed part",
    "gold": "the range coder's output does not decode to the same bytes, or is longer than the score says",
}  # fmt: skip
"""By code."""


class Caught(Exception):
    """A submission broke a rule.

    Attributes:
        code: A key of `CODES`.
        detail: What was seen.
    """

    def __init__(self, code: str, detail: str = ""):
        assert code in CODES, code
        super().__init__(f"{code}: {CODES[code]}{f' ({detail})' if detail else ''}")
        self.code, self.detail = code, detail
