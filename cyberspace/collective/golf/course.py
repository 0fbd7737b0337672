"""A course: the data that is played on, what is committed to before anybody plays, and the folder that holds it all."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from cyberspace.collective.golf.artifact import CAPS
from cyberspace.collective.golf.box.harness import Budget
from cyberspace.collective.golf.canaries import Part, with_canaries
from cyberspace.collective.golf.sources import MADE, draw
from cyberspace.errors import InputError, nearest, problem, system_errors
from cyberspace.tasks.corpus import TOPICS, read_text

FILE = "course.json"
LEAST = 1024


@dataclass(frozen=True)
class Rules:
    """What a course is played by.

    Attributes:
        data: Where its text comes from: a name of `MADE`, `docs`, or a file's name.
        cap: A key of `CAPS`.
        alpha: Chance that any record of the whole course is false, at most.
        block: Bytes of which one comparison is made.
        seeds: Seeds of a pass, where an entry depends on its seed.
        seconds: Processor time of one pass.
        memory: Bytes of memory.
        public: sha256 of the public part.
        sealed: sha256 of a nonce and the sealed part: the commitment, made before the first entry.
    """

    data: str
    cap: str
    alpha: float
    block: int
    seeds: int
    seconds: float
    memory: int
    public: str
    sealed: str

    @property
    def budget(self) -> Budget:
        """Of each pass."""
        return Budget(self.seconds, min(30.0, self.seconds), self.memory)


@dataclass(frozen=True)
class Course:
    """A course.

    Attributes:
        folder: Where it is.
        rules: See there.
        train: What everybody may learn from.
        public: What entries are chosen on.
    """

    folder: Path
    rules: Rules
    train: Part
    public: Part

    @property
    def entries(self) -> Path:
        """Where entries are kept."""
        return self.folder / "entries"

    def sealed(self) -> Part:
        """The sealed part, checked against its commitment.

        Raises:
            InputError: If it is not the one that was committed to.
        """
        part = _load(self.folder / "sealed" / "sealed.npz")
        nonce = (self.folder / "sealed" / "nonce").read_bytes()
        if _commit(nonce, part) != self.rules.sealed:
            where = str(self.folder / "sealed")
            raise InputError(
                problem(
                    where, "another text than was committed to", f"sha256 {self.rules.sealed[:16]}...", "a course of its own"
                )
            )
        return part


def _commit(nonce: bytes, part: Part) -> str:
    return hashlib.sha256(nonce + part.text.tobytes() + part.own.tobytes()).hexdigest()


def make_course(
    folder: Path, data: str, cap: str = "16 kB", size: int = 32_768, *, seed: int | None = None, alpha: float = 0.05, block: int = 256,
    seeds: int = 4, seconds: float = 300.0, memory: int = 2 << 30,
) -> Course:  # fmt: skip
    """Lay out a course in a new folder.

    Args:
        folder: It must not be there.
        data: See `Rules`.
        cap: See `Rules`.
        size: Bytes of the public part, and of the sealed part.
        seed: For a course that is the same each time (tests and demonstrations); None for one that nobody can guess.
        alpha: See `Rules`.
        block: See `Rules`.
        seeds: See `Rules`.
        seconds: See `Rules`.
        memory: See `Rules`.

    Raises:
        InputError: If there is such a folder, no such data, or too little of it.
    """
    if folder.exists():
        raise InputError(problem(str(folder), "a folder that is there", "a new one", "another name"))
    if cap not in CAPS:
        raise InputError(problem("--cap", cap, " | ".join(CAPS), f"--cap '{nearest(cap, CAPS)}'"))
    chance = np.random.default_rng(secrets.randbits(128) if seed is None else seed)
    train, public, sealed = parts(data, size, chance)
    nonce = secrets.token_bytes(32) if seed is None else hashlib.sha256(f"nonce {seed}".encode()).digest()
    digest = hashlib.sha256(public.text.tobytes() + public.own.tobytes()).hexdigest()
    rules = Rules(_named(data), cap, alpha, block, seeds, seconds, memory, digest, _commit(nonce, sealed))
    with system_errors(str(folder), "a folder that can be written", "another folder"):
        (folder / "sealed").mkdir(parents=True, mode=0o700)
        (folder / "entries").mkdir()
        for part, where in ((train, folder), (public, folder), (sealed, folder / "sealed")):
            np.savez_compressed(where / f"{part.name}.npz", text=part.text, own=part.own)
        for part in (train, public):
            (folder / f"{part.name}.bin").write_bytes(part.text.tobytes())
        (folder / "sealed" / "nonce").write_bytes(nonce)
        (folder / FILE).write_text(json.dumps(asdict(rules), indent=1) + "\n")
    return Course(folder, rules, train, public)


def _named(data: str) -> str:
    return data if data in MADE or data == "docs" else Path(data).name


def parts(data: str, size: int, chance: np.random.Generator) -> tuple[Part, Part, Part]:
    """Train, public and sealed: drawn apart from a source, or the beginning, what comes then, and the end of a text."""
    if size < LEAST:
        raise InputError(problem("--bytes", size, f"{LEAST:,} or more", f"--bytes {LEAST}"))
    if data in MADE:
        source = MADE[data]()
        made = {name: draw(source, size, chance) for name in ("train", "public", "sealed")}
        return tuple(Part(name, text, own) for name, (text, own) in made.items())  # type: ignore[return-value]
    text = _text(data)
    if len(text) < 2 * size + LEAST:
        most = max(LEAST, (len(text) - LEAST) // 2)
        raise InputError(problem("--bytes", f"{size:,} of a text of {len(text):,}", f"{most:,} or fewer", f"--bytes {most}"))
    first, second = len(text) - 2 * size, len(text) - size
    train = Part("train", text[:first], np.full(first, np.nan))
    return train, with_canaries("public", text[first:second], chance), with_canaries("sealed", text[second:], chance)


def _text(data: str) -> np.ndarray:  # type: ignore[type-arg]
    from cyberspace.plugins import module_file

    where = module_file(TOPICS) or Path(TOPICS) if data == "docs" else Path(data)
    try:
        return read_text(where)
    except (OSError, ValueError) as error:
        known = ", ".join(["docs", *MADE])
        raise InputError(
            problem("--data", f"{data} ({getattr(error, 'strerror', None) or error})", f"{known}, or a file", "--data docs")
        ) from None


def _load(path: Path) -> Part:
    with np.load(path) as found:
        return Part(path.stem, found["text"], found["own"])


def open_course(folder: Path) -> Course:
    """The course in a folder.

    Raises:
        InputError: If there is none, or its public part is another one than it says.
    """
    try:
        rules = Rules(**json.loads((folder / FILE).read_text()))
        course = Course(folder, rules, _load(folder / "train.npz"), _load(folder / "public.npz"))
    except (OSError, ValueError, TypeError, KeyError) as error:
        said = getattr(error, "strerror", None) or error
        attempt = "cyberspace golf course FOLDER --data docs"
        raise InputError(
            problem(str(folder), f"no course ({said})", "a folder with course.json and its parts", attempt)
        ) from None
    if hashlib.sha256(course.public.text.tobytes() + course.public.own.tobytes()).hexdigest() != rules.public:
        raise InputError(
            problem(
                str(folder / "public.npz"),
                "another text than the course was made with",
                f"sha256 {rules.public[:16]}...",
                "a copy",
            )
        )
    return course
