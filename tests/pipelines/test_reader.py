"""The name of the reader changes with every rule of reading, and with nothing else."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import grimp
import pytest

from pipelines.reader import digest, file_reader_version, file_sources, reader_version, sources

ROOT = Path(__file__).parents[2]
# Of what the stages import, these decide nothing about the text: they keep, name, or compare what was read.
NOT_READING = {
    "storage.duplicates.figures",  # which texts tell one story
    "storage.duplicates.similarity",
    "storage.records",  # how a reading is handed on
    "storage.language.messages",  # how a message is written in two languages
    "storage.vocabulary",  # names of outcomes, the zone of Vietnam
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scratch copy of the sources."""
    root = tmp_path_factory.mktemp("sources")
    for package in ("pipelines", "storage"):
        shutil.copytree(ROOT / package, root / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "crawler" / "families", root / "crawler" / "families")
    return root


def changed(root: Path, name: str) -> bool:
    """Whether the digest differs while a rule stands at the end of the file `name`."""
    file, before = root / name, digest(root)
    kept = file.read_bytes()
    file.write_bytes(kept + b"\nLEAST = 4\n")
    try:
        return digest(root) != before
    finally:
        file.write_bytes(kept)
        assert digest(root) == before


@pytest.mark.parametrize(
    "name",
    [
        "pipelines/chain.py",
        "pipelines/extract.py",
        "pipelines/dates.py",
        "pipelines/normalise.py",
        "pipelines/dedup.py",
        "pipelines/html/blocks.py",
        "pipelines/article/phrases.py",
        "pipelines/dating/terms.py",
        "pipelines/fields/author.py",
        "crawler/families/vnpt.py",
        "storage/text.py",
        "storage/articles/block_keys.py",
    ],
)
def test_a_rule_that_changes_in_any_room_is_another_reader(copy: Path, name: str) -> None:
    assert changed(copy, name)


@pytest.mark.parametrize(
    "name",
    [
        "pipelines/persist.py",
        "pipelines/context.py",
        "pipelines/files/formats/pdf.py",
        "storage/schema/articles.py",
        "storage/articles/keep.py",
    ],
)
def test_what_reads_nothing_does_not_rename_the_reader(copy: Path, name: str) -> None:
    assert not changed(copy, name)


def test_a_new_file_in_a_new_room_is_covered(copy: Path) -> None:
    before = digest(copy)
    room = copy / "pipelines" / "tables"
    room.mkdir()
    (room / "rows.py").write_text("LEAST = 3\n")
    with_room = digest(copy)
    assert with_room != before
    (copy / "crawler" / "families" / "joomla_of_a_test.py").write_text("LEAST = 3\n")
    assert digest(copy) != with_room
    shutil.rmtree(room)
    (copy / "crawler" / "families" / "joomla_of_a_test.py").unlink()


def test_every_module_that_the_stages_import_is_covered() -> None:
    graph = grimp.build_graph("pipelines", "storage", cache_dir=None)
    covered = {path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".") for path in sources(ROOT)}
    used = {"pipelines.chain"}
    while new := {
        module
        for one in used
        for module in graph.find_modules_directly_imported_by(one)
        # items.py names the place of a capture as a type; nothing is read by the WARC files
        if module not in used | NOT_READING and not module.startswith("storage.warc")
    }:
        used |= new
    assert {module for module in used if module not in covered} == set()


def test_the_name_says_release_rules_and_library() -> None:
    assert re.fullmatch(r"huyen [\w.]+\+[0-9a-f]{10}, trafilatura [\d.]+", reader_version())


def test_the_reader_of_attachments_has_a_name_of_its_own() -> None:
    read = {path.relative_to(ROOT).as_posix() for path in file_sources(ROOT)}
    assert {
        "pipelines/files/formats/pdf.py",
        "pipelines/files/letterhead.py",
        "pipelines/html/fonts.py",
    } <= read
    assert re.fullmatch(r"huyen \S+ files\+[0-9a-f]{10}", file_reader_version())
