"""A submission as an artifact: a folder or a zip of at most four files, counted to the byte."""

from __future__ import annotations

import hashlib
import json
import stat
import zipfile
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from cyberspace.collective.golf.box.harness import Job
from cyberspace.collective.golf.codes import Caught

CAPS = {"16 kB": 16_000, "160 kB": 160_000, "1.6 MB": 1_600_000, "16 MB": 16_000_000}
"""Classes, and the bytes of each."""

MANIFEST, CODE, GENOMES, MIXER = "manifest.json", "predict.py", "genomes.bin", "mixer.bin"
COUNTED = (CODE, GENOMES, MIXER)
"""Files whose bytes count; the manifest is never shown to the code, so it can hold nothing that helps."""

LONGEST = {MANIFEST: 64_000} | dict.fromkeys(COUNTED, CAPS["16 MB"])
LANES = 4096


@dataclass(frozen=True)
class Claim:
    """What a submission says of itself on the public part.

    Attributes:
        bits_per_byte: The mean over its seeds.
        bytes: How many bytes that is a mean over.
        seeds: Which seeds; empty for those that its content gives, the only ones that count.
    """

    bits_per_byte: float
    bytes: int
    seeds: tuple[int, ...] = ()


@dataclass(frozen=True)
class Manifest:
    """What stands beside the code.

    Attributes:
        name: What the board calls it.
        author: Whose it is.
        cap: A key of `CAPS`.
        lanes: How many texts it reads side by side.
        size: Bytes that it says it has; None if it does not say.
        files: sha256 of each file, by name; empty if it does not say.
        parents: Entries that it was made from.
        tries: How often its author says that he has tried.
        claim: What it should reach; None without a claim.
    """

    name: str
    author: str = "nobody"
    cap: str = "16 kB"
    lanes: int = 1
    size: int | None = None
    files: dict[str, str] = field(default_factory=dict)
    parents: tuple[str, ...] = ()
    tries: int = 1
    claim: Claim | None = None


@dataclass(frozen=True)
class Artifact:
    """A submission.

    Attributes:
        manifest: See there.
        parts: Bytes of the files of `COUNTED` that it has, by name.
    """

    manifest: Manifest
    parts: dict[str, bytes]

    @property
    def size(self) -> int:
        """Bytes that count."""
        return sum(map(len, self.parts.values()))

    @property
    def content(self) -> str:
        """A hash of all that decides what it predicts, hexadecimal."""
        return _hash(b"golf", str(self.manifest.lanes).encode(), *(self.parts.get(name, b"") for name in COUNTED))

    @property
    def entry(self) -> str:
        """Its name among entries: a hash of content and manifest."""
        said = json.dumps(asdict(self.manifest), sort_keys=True).encode()
        return _hash(self.content.encode(), said)[:12]

    @property
    def job(self) -> Job:
        """What runs in the box."""
        code, genomes, mixer = (self.parts.get(name, b"") for name in COUNTED)
        return Job(code, genomes, mixer, self.manifest.lanes)

    def seeds(self, count: int) -> list[int]:
        """The seeds that claims are made with: the content gives them, so that nobody chooses."""
        return [int(_hash(self.content.encode(), str(k).encode())[:8], 16) for k in range(count)]


def _hash(*parts: bytes) -> str:
    found = hashlib.blake2b(digest_size=16)
    for part in parts:
        found.update(len(part).to_bytes(8, "little") + part)
    return found.hexdigest()


def read_artifact(path: Path) -> Artifact:
    """The artifact in a folder or a zip, if it is what its manifest says.

    Raises:
        Caught: If it is none; nothing is written anywhere.
        OSError: If there is nothing to read.
    """
    return checked(read_unchecked(path))


def read_unchecked(path: Path) -> Artifact:
    """The artifact in a folder or a zip, whatever its manifest says of it.

    Raises:
        Caught: If it is none.
        OSError: If there is nothing to read.
    """
    files = _from_folder(path) if path.is_dir() else _from_zip(path)
    for name in (MANIFEST, CODE):
        if name not in files:
            raise Caught("manifest", f"no {name}")
    manifest = read_manifest(files.pop(MANIFEST))
    return Artifact(manifest, files)


def checked(artifact: Artifact) -> Artifact:
    """The same, if it is what its manifest says.

    Raises:
        Caught: If not.
    """
    manifest, parts = artifact.manifest, artifact.parts
    for name, said in manifest.files.items():
        if name not in parts or hashlib.sha256(parts[name]).hexdigest() != said:
            raise Caught("hash", name)
    if manifest.size is not None and manifest.size != artifact.size:
        raise Caught("size-claim", f"{manifest.size:,} stated, {artifact.size:,} counted")
    if artifact.size > CAPS[manifest.cap]:
        raise Caught("over-cap", f"{artifact.size:,} bytes, {artifact.size - CAPS[manifest.cap]:,} over {manifest.cap}")
    return artifact


def _from_folder(path: Path) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for one in sorted(path.iterdir()):
        if one.name not in LONGEST or one.is_symlink() or not stat.S_ISREG(one.lstat().st_mode):
            raise Caught("unlisted", one.name)
        if one.stat().st_size > LONGEST[one.name]:
            raise Caught("over-cap" if one.name != MANIFEST else "manifest", f"{one.name} of {one.stat().st_size:,} bytes")
        found[one.name] = one.read_bytes()
    return found


def _from_zip(path: Path) -> dict[str, bytes]:
    if path.stat().st_size > sum(LONGEST.values()):
        raise Caught("bomb", f"{path.stat().st_size:,} bytes")
    try:
        with zipfile.ZipFile(path) as archive:
            return _members(archive)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise Caught("manifest", f"no folder and no zip that can be read: {error}") from None
    except OSError as error:
        if error.errno is None:  # a broken member
            raise Caught("manifest", f"a zip that can't be read: {error}") from None
        raise


def _members(archive: zipfile.ZipFile) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for one in archive.infolist():
        name = one.filename
        if name.startswith(("/", "\\")) or ".." in Path(name).parts or "\\" in name or ":" in name:
            raise Caught("path", name)
        if name not in LONGEST or name in found or stat.S_ISLNK(one.external_attr >> 16):
            raise Caught("unlisted", name)
        with archive.open(one) as opened:
            raw = opened.read(LONGEST[name] + 1)  # what a header says of a size is not believed
        if len(raw) > LONGEST[name] or one.file_size > LONGEST[name]:
            raise Caught("bomb", f"{name} of {max(len(raw), one.file_size):,} bytes or more")
        found[name] = raw
    return found


def read_manifest(raw: bytes) -> Manifest:
    """A manifest.

    Raises:
        Caught: If it is none; the detail names the key.
    """
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError):
        raise Caught("manifest", "no JSON") from None
    if not isinstance(said, dict):
        raise Caught("manifest", "no JSON object")
    kinds: dict[str, type | tuple[type, ...]] = {
        "name": str, "author": str, "cap": str, "lanes": int, "size": (int, type(None)), "files": dict, "parents": list, "tries": int,
        "claim": (dict, type(None)),
    }  # fmt: skip
    unknown = sorted(set(said) - set(kinds) - {"golf"})
    if unknown or said.get("golf", 1) != 1:
        raise Caught("manifest", f"key {unknown[0]}, which it has not" if unknown else f"version {said['golf']!r}, not 1")
    for key, value in said.items():
        if key != "golf" and (not isinstance(value, kinds[key]) or isinstance(value, bool)):
            raise Caught("manifest", f"{key} = {value!r}"[:120])
    claim = _claim(said.get("claim"))
    made = Manifest(**{"name": "", **{key: value for key, value in said.items() if key != "golf"}, "claim": claim})
    made = replace(made, parents=tuple(made.parents))
    _need(made)
    return made


def _claim(said: dict[str, object] | None) -> Claim | None:
    if said is None:
        return None
    seeds, bits, count = said.get("seeds", []), said.get("bits_per_byte"), said.get("bytes")
    numbers = type(count) is int and type(bits) in (int, float) and isinstance(seeds, list)
    if set(said) - {"bits_per_byte", "bytes", "seeds"} or not numbers:
        raise Caught("manifest", "claim: expected bits_per_byte, bytes and seeds")
    assert isinstance(bits, int | float) and isinstance(count, int) and isinstance(seeds, list)
    if not all(type(one) is int and 0 <= one < 2**32 for one in seeds):
        raise Caught("manifest", "claim: seeds are whole numbers from 0 to 2^32 - 1")
    return Claim(float(bits), count, tuple(seeds))


def _need(made: Manifest) -> None:
    """Refuse what no manifest can say."""
    plain = all(one.isprintable() and len(one) <= 80 for one in (made.name, made.author, *map(str, made.parents)))
    wrong = {
        "name": not made.name or not plain,
        "cap": made.cap not in CAPS,
        "lanes": not 1 <= made.lanes <= LANES,
        "tries": not 1 <= made.tries <= 10**9,
        "files": not all(isinstance(one, str) and name in COUNTED for name, one in made.files.items()),
        "parents": not all(isinstance(one, str) for one in made.parents) or len(made.parents) > 64,
    }
    for key, bad in wrong.items():
        if bad:
            raise Caught("manifest", f"{key} = {getattr(made, key)!r}"[:160])


def stated(artifact: Artifact) -> Artifact:
    """The same with size and hashes in its manifest."""
    hashes = {name: hashlib.sha256(raw).hexdigest() for name, raw in artifact.parts.items()}
    return replace(artifact, manifest=replace(artifact.manifest, size=artifact.size, files=hashes))


def files_of(artifact: Artifact) -> dict[str, bytes]:
    """All files of an artifact, by name."""
    said = {"golf": 1} | {key: value for key, value in asdict(artifact.manifest).items() if value not in (None, {}, ())}
    return {MANIFEST: json.dumps(said, indent=1).encode() + b"\n"} | artifact.parts


def write_folder(artifact: Artifact, folder: Path) -> None:
    """Write an artifact into a new folder."""
    folder.mkdir(parents=True)
    for name, raw in files_of(artifact).items():
        (folder / name).write_bytes(raw)


def write_zip(artifact: Artifact, path: Path) -> None:
    """Write an artifact as a zip; the same bytes for the same artifact."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, raw in files_of(artifact).items():
            archive.writestr(zipfile.ZipInfo(name), raw, zipfile.ZIP_DEFLATED, 9)
