"""Artifacts: counted to the byte, and no archive harms whoever opens it."""

import json
import zipfile

import pytest

from cyberspace.collective.golf.artifact import (
    CAPS,
    Artifact,
    Manifest,
    files_of,
    read_artifact,
    stated,
    write_folder,
    write_zip,
)
from cyberspace.collective.golf.attacks import baseline
from cyberspace.collective.golf.codes import Caught

CODE = b"def init(params):\n    return 0\n"


def caught(path):
    with pytest.raises(Caught) as found:
        read_artifact(path)
    return found.value.code


def archive(path, **members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in {"manifest.json": b'{"name": "a"}', "predict.py": CODE, **members}.items():
            made.writestr(name, content)
    return path


def test_a_folder_and_a_zip_are_the_same_artifact(tmp_path):
    made = baseline(2)
    write_folder(made, tmp_path / "folder")
    write_zip(made, tmp_path / "entry.zip")
    assert read_artifact(tmp_path / "folder") == read_artifact(tmp_path / "entry.zip") == made
    assert made.size == sum(len(one) for name, one in files_of(made).items() if name != "manifest.json")


def test_the_cap_is_a_byte_wide(tmp_path):
    for more, wanted in ((0, None), (1, "over-cap")):
        parts = {"predict.py": CODE, "genomes.bin": bytes(CAPS["16 kB"] - len(CODE) + more)}
        write_folder(stated(Artifact(Manifest("a"), parts)), tmp_path / str(more))
        if wanted:
            assert caught(tmp_path / str(more)) == wanted
        else:
            assert read_artifact(tmp_path / str(more)).size == 16_000


@pytest.mark.parametrize("name", ["../outside", "/etc/outside", "a/../../outside", "..\\outside", "C:outside"])
def test_an_archive_that_leaves_its_folder(tmp_path, name):
    assert caught(archive(tmp_path / "a.zip", **{name: b"x"})) == "path"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.zip"]


def test_bombs_links_doubles_and_strangers(tmp_path):
    assert caught(archive(tmp_path / "a.zip", **{"genomes.bin": bytes(17_000_000)})) == "bomb"
    assert caught(archive(tmp_path / "b.zip", **{"notes.txt": b"x"})) == "unlisted"
    link = zipfile.ZipInfo("mixer.bin")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(archive(tmp_path / "c.zip"), "a") as made:
        made.writestr(link, "/etc/passwd")
    assert caught(tmp_path / "c.zip") == "unlisted"
    (tmp_path / "d.zip").write_bytes(b"PK\x03\x04 no zip")
    assert caught(tmp_path / "d.zip") == "manifest"
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "predict.py").symlink_to("/etc/passwd")
    assert caught(tmp_path / "folder") == "unlisted"
    torn = archive(tmp_path / "e.zip").read_bytes()
    (tmp_path / "e.zip").write_bytes(torn.replace(b"return", b"retorn") if b"return" in torn else torn[:60] + b"\0" + torn[61:])
    assert caught(tmp_path / "e.zip") == "manifest"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (b"{", "manifest"),
        (b"[]", "manifest"),
        (b"{}", "manifest"),
        (b'{"name": "a", "golf": 2}', "manifest"),
        (b'{"name": "a", "cap": "1 kB"}', "manifest"),
        (b'{"name": "a", "lanes": 0}', "manifest"),
        (b'{"name": "a", "lanes": true}', "manifest"),
        (b'{"name": "a\\u001b[2J"}', "manifest"),
        (b'{"name": "a", "colour": 1}', "manifest"),
        (b'{"name": "a", "claim": {"bits_per_byte": "2"}}', "manifest"),
        (b'{"name": "a", "parents": [1]}', "manifest"),
        (b'{"name": "a", "size": 3}', "size-claim"),
        (b'{"name": "a", "files": {"predict.py": "0"}}', "hash"),
        (b'{"name": "a", "files": {"genomes.bin": "0"}}', "hash"),
    ],
)
def test_a_manifest_that_says_what_is_not(tmp_path, said, code):
    assert caught(archive(tmp_path / "a.zip", **{"manifest.json": said})) == code


def test_seeds_come_from_the_content_and_not_from_the_name():
    one = baseline(1)
    other = Artifact(Manifest("another name"), one.parts)
    assert one.seeds(4) == other.seeds(4)
    assert one.seeds(4) != baseline(2).seeds(4)
    assert one.entry != other.entry
    assert json.loads(files_of(one)["manifest.json"])["size"] == one.size
