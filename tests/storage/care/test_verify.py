"""An archive and its WARC files agree, or each disagreement is named."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import text

from storage.care import verify as verifying
from storage.care.verify import Checked, Fault, sample, verify
from storage.care.warcfile import Examined, File, examine
from storage.database import Database
from storage.records import CaptureRecord, Known
from storage.warc.captures import CaptureRef, Exchange
from storage.warc.writer import WarcWriter
from tests.storage.making import PORTAL, article, at, keep

HTML = ((b"Content-Type", b"text/html"),)


class Proved(NamedTuple):
    """An archive of three articles and a revisit, and where their records stand."""

    db: Database
    folder: Path
    refs: list[CaptureRef]

    @property
    def file(self) -> Path:
        return self.folder / self.refs[0].file

    def faults(self, jobs: int = 1) -> list[Fault]:
        return list(verify(self.db, self.folder, Checked(), jobs=jobs))

    def run(self, statement: str) -> None:
        self.db.transaction(lambda connection: connection.execute(text(statement)))


@pytest.fixture
def proved(db: Database, tmp_path: Path) -> Proved:
    folder = tmp_path / "warc"
    refs: list[CaptureRef] = []
    with WarcWriter(folder, "nghe-an.do-luong", {}) as warc:
        for number in range(4):
            path, known = f"tin-{number % 3}", None
            if number == 3:
                known = Known(f"{PORTAL}/{path}", "", at(0), capture=refs[0])
            body = f"<p>Tin số {number % 3}</p>".encode() * 40
            exchange = Exchange(f"{PORTAL}/{path}", 200, HTML, body, at(number))
            refs.append(warc.write(exchange, known))
            shown = article(path, number, capture=refs[-1])
            keep(db, [shown], [CaptureRecord(shown.url, shown.fetched_at, refs[-1])])
    assert refs[3].revisit
    return Proved(db, folder, refs)


def test_a_sound_archive_has_no_fault(proved: Proved) -> None:
    checked = Checked()
    assert list(verify(proved.db, proved.folder, checked)) == []
    assert (checked.files, checked.captures, checked.versions, checked.unlisted) == (1, 4, 3, 0)
    quick = Checked()
    assert list(sample(proved.db, proved.folder, 2, quick)) == []
    assert (quick.versions, quick.captures) == (2, 2)


def _flip(proved: Proved) -> None:
    with proved.file.open("r+b") as file:
        file.seek(proved.refs[1].offset + 200)
        byte = file.read(1)[0]
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte ^ 255]))


def _cut(proved: Proved) -> None:
    os.truncate(proved.file, proved.refs[2].offset)


def _swap(proved: Proved) -> None:
    """Puts another page, whole and readable, in the place of the last one."""
    data, (first, _, last, _) = proved.file.read_bytes(), proved.refs
    proved.file.write_bytes(data[: last.offset] + data[first.offset : first.offset + first.length])
    proved.run("DELETE FROM captures WHERE revisit")
    proved.run(f"UPDATE captures SET warc_length = {first.length} WHERE warc_offset = {last.offset}")


DAMAGE: list[tuple[Callable[[Proved], None], set[str]]] = [
    (_flip, {"damaged", "no_record"}),
    (_cut, {"no_record"}),
    (_swap, {"digest"}),
    (lambda proved: proved.file.unlink(), {"missing_file"}),
    (lambda proved: proved.run("UPDATE captures SET digest = 'sha256:X' WHERE revisit"), {"digest"}),
    (lambda proved: proved.run("UPDATE captures SET content_digest = 'X' WHERE id = 1"), {"digest"}),
    (lambda proved: proved.run("UPDATE versions SET warc_digest = 'sha256:X'"), {"digest"}),
    (lambda proved: proved.run("UPDATE versions SET warc_file = NULL, warc_offset = NULL"), {"no_evidence"}),
    (lambda proved: proved.run("DELETE FROM captures WHERE id = 1"), {"no_evidence", "no_body"}),
    (lambda proved: proved.run("UPDATE articles SET version = 9"), {"no_version"}),
    (lambda proved: (proved.folder / "other.warc.gz").touch(), {"orphan_file"}),
    (lambda proved: (proved.folder / "notes.txt").touch(), {"stray_file"}),
]


@pytest.mark.parametrize(("damage", "kinds"), DAMAGE, ids=range(len(DAMAGE)))
def test_each_fault_is_named(proved: Proved, damage: Callable[[Proved], None], kinds: set[str]) -> None:
    damage(proved)
    faults = proved.faults()
    assert {fault.kind for fault in faults} == kinds
    assert all(str(fault) and "\n" not in str(fault) for fault in faults)


@pytest.mark.parametrize("damage", [_flip, _swap, DAMAGE[3][0]])
def test_a_quick_look_finds_what_it_looks_at(proved: Proved, damage: Callable[[Proved], None]) -> None:
    damage(proved)
    assert list(sample(proved.db, proved.folder, 3, Checked()))


def test_records_of_a_killed_crawl_are_counted_and_no_fault(proved: Proved) -> None:
    proved.run("DELETE FROM captures WHERE revisit")
    checked = Checked()
    assert list(verify(proved.db, proved.folder, checked)) == []
    assert checked.unlisted == 1


def test_a_file_that_a_crawl_writes_is_no_fault(proved: Proved) -> None:
    with WarcWriter(proved.folder, "nghe-an.do-luong", {}) as warc:
        ref = warc.write(Exchange(f"{PORTAL}/moi", 200, HTML, b"<p>Tin", at(9)))
        with (proved.folder / f"{ref.file}.open").open("ab") as file:
            file.write(b"\x1f\x8b\x08half a record")
        assert proved.faults() == []
        keep(proved.db, [], [CaptureRecord(f"{PORTAL}/moi", at(9), ref)])
        assert proved.faults() == []


@pytest.mark.slow
def test_many_processes_tell_of_many_files_what_one_tells(proved: Proved) -> None:
    for number in range(6):
        with WarcWriter(proved.folder, f"nghe-an.so-{number}", {}) as warc:
            url = f"{PORTAL}/so-{number}"
            ref = warc.write(Exchange(url, 200, HTML, b"<p>Tin %d" % number, at(9)))
        keep(proved.db, [], [CaptureRecord(url, at(9), ref)])
        if number % 2:
            os.truncate(proved.folder / ref.file, ref.offset)
    one, told, checked = proved.faults(), list[str](), Checked()
    assert [fault.kind for fault in one] == ["no_record"] * 3
    assert [fault.file for fault in one] == sorted(fault.file or "" for fault in one)
    assert list(verify(proved.db, proved.folder, checked, told.append, jobs=3)) == one
    assert told == sorted(path.name for path in proved.folder.iterdir())
    assert (checked.files, checked.captures) == (7, 7)


def deadly(file: File) -> Examined:
    """Examines as always, but the file of one district ends the process."""
    return os._exit(1) if "so-1" in file.name else examine(file)


@pytest.mark.slow
def test_a_file_that_ends_its_process_is_named(proved: Proved, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "examine", deadly)
    with WarcWriter(proved.folder, "nghe-an.so-1", {}) as warc:
        ref = warc.write(Exchange(f"{PORTAL}/so-1", 200, HTML, b"<p>Tin", at(9)))
    keep(proved.db, [], [CaptureRecord(f"{PORTAL}/so-1", at(9), ref)])
    (fault,) = proved.faults()
    assert (fault.kind, fault.file) == ("unreadable", ref.file)
    assert "died" in fault.message


def test_a_file_that_its_writer_finishes_meanwhile_is_found(proved: Proved) -> None:
    name = proved.refs[0].file
    found = examine(File(proved.folder / f"{name}.open", name))
    assert (found.fault, len(found.found)) == ("", 4)


@pytest.mark.parametrize("few", [0, 20_000])
def test_a_quick_look_picks_as_many_as_there_are(
    proved: Proved, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(verifying, "_FEW", few)
    proved.run("UPDATE versions SET id = id + 40 WHERE id = 3")  # ids have gaps
    for number, picked in ((1, 1), (2, 2), (3, 3), (9, 3)):
        checked = Checked()
        assert list(sample(proved.db, proved.folder, number, checked)) == []
        assert checked.versions == picked
