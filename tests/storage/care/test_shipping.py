"""Finished WARC files go into a store, are read from there, and nothing is lost on the way."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import fsspec
import pytest
from fsspec.core import url_to_fs
from sqlalchemy import text

from storage.care.shipping import ship, shipped
from storage.care.verify import Checked, sample, verify
from storage.database import Database, open_database
from storage.errors import RawReadingError, StoreError
from storage.records import CaptureRecord
from storage.warc import store
from storage.warc.captures import CaptureRef, Exchange
from storage.warc.reader import read_capture, scan
from storage.warc.writer import WarcWriter
from tests.s3 import BUCKET
from tests.storage.making import PORTAL, article, at, keep

HTML = ((b"Content-Type", b"text/html"),)


@pytest.fixture(params=["file", pytest.param("s3", marks=pytest.mark.slow)])
def url(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A store on another disk, and one of objects."""
    where = f"file://{tmp_path / 'store'}"
    if request.param == "s3":
        for name, value in request.getfixturevalue("s3").items():
            monkeypatch.setenv(name, value)
        where = f"s3://{BUCKET}/{uuid.uuid4().hex}"
    monkeypatch.setenv(store.NAME, where)
    return where


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'archive.db'}"


@pytest.fixture
def refs(db: Database, tmp_path: Path) -> list[CaptureRef]:
    found = []
    for number in range(2):
        with WarcWriter(tmp_path / "warc", f"t.d{number}", {}) as warc:
            body = f"<p>Tin số {number}</p>".encode() * 40
            found.append(warc.write(Exchange(f"{PORTAL}/tin-{number}", 200, HTML, body, at(number)), None))
        shown = article(f"tin-{number}", number, capture=found[-1])
        keep(db, [shown], [CaptureRecord(shown.url, shown.fetched_at, found[-1])])
    return found


def put_there(url: str, name: str, data: bytes) -> None:
    with fsspec.open(f"{url}/{name}", "wb") as file:
        file.write(data)


def test_what_is_shipped_and_gone_from_here_is_read_and_verified_from_the_store(
    db: Database, tmp_path: Path, refs: list[CaptureRef], url: str
) -> None:
    folder = tmp_path / "warc"
    before = [read_capture(folder, ref).content for ref in refs]
    done = ship(db, folder, keep_days=0)
    assert (done.files, done.removed, done.waiting, done.fault) == (2, 2, 0, "")
    assert list(folder.iterdir()) == []
    assert store.names() == sorted(ref.file for ref in refs)
    assert [read_capture(folder, ref).content for ref in refs] == before
    assert len(list(scan(folder / refs[0].file))) == 1
    checked = Checked()
    assert list(verify(db, folder, checked)) == []
    assert (checked.files, checked.captures, checked.versions) == (2, 2, 2)
    assert list(sample(db, folder, 2, Checked())) == []
    again = ship(db, folder, keep_days=0)
    assert (again.files, again.removed) == (0, 0)


def test_postgresql_records_what_was_shipped(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(store.NAME, f"file://{tmp_path / 'store'}")
    with WarcWriter(tmp_path / "warc", "t.d", {}) as warc:
        name = warc.write(Exchange(f"{PORTAL}/tin", 200, HTML, b"<p>Tin</p>", at(0))).file
    with closing(open_database(postgres_url)) as db:
        assert ship(db, tmp_path / "warc", keep_days=30).files == 1
        with db.reading() as connection:
            assert shipped(connection, [name])[name].sum == store.sum_of(tmp_path / "warc" / name)
        assert ship(db, tmp_path / "warc", keep_days=0).removed == 1


def test_a_shipped_file_stays_here_for_some_days(
    db: Database, tmp_path: Path, refs: list[CaptureRef], url: str
) -> None:
    folder = tmp_path / "warc"
    assert ship(db, folder, keep_days=30).removed == 0
    assert len(list(folder.iterdir())) == 2
    row = db.read(lambda c: c.execute(text("SELECT file, store, size FROM shipped ORDER BY file")).all())
    assert [(one.file, one.store) for one in row] == [(ref.file, url) for ref in refs]
    assert [one.size for one in row] == [(folder / ref.file).stat().st_size for ref in refs]


def test_a_copy_that_was_made_before_a_kill_is_taken_and_another_file_of_that_name_is_not(
    db: Database, tmp_path: Path, refs: list[CaptureRef], url: str
) -> None:
    folder = tmp_path / "warc"
    put_there(url, refs[0].file, (folder / refs[0].file).read_bytes())
    put_there(url, refs[1].file, b"another")
    done = ship(db, folder, keep_days=0)
    assert (done.files, done.waiting) == (1, 1)
    assert refs[1].file in done.fault
    assert "stays here" in done.fault
    assert (folder / refs[1].file).exists()


@pytest.mark.parametrize(
    "changed", [lambda data: data[:4], lambda data: data[:-1] + b"x"], ids=["less", "other"]
)
def test_a_copy_that_changed_in_the_store_keeps_the_local_file(
    db: Database, tmp_path: Path, refs: list[CaptureRef], url: str, changed: Callable[[bytes], bytes]
) -> None:
    folder = tmp_path / "warc"
    ship(db, folder, keep_days=30)
    put_there(url, refs[0].file, changed((folder / refs[0].file).read_bytes()))
    done = ship(db, folder, keep_days=0)
    assert (done.removed, done.waiting) == (1, 0)
    assert refs[0].file in done.fault
    assert [path.name for path in folder.iterdir()] == [refs[0].file]


@pytest.mark.parametrize("keep_days", [0, 30])
def test_a_change_in_the_store_that_no_record_shows_is_named_also_while_the_file_is_here(
    db: Database, tmp_path: Path, refs: list[CaptureRef], url: str, keep_days: int
) -> None:
    folder = tmp_path / "warc"
    data = bytearray((folder / refs[0].file).read_bytes())
    ship(db, folder, keep_days)
    assert list(verify(db, folder, Checked())) == []
    data[9] ^= 1  # the byte of the gzip header that names the operating system
    put_there(url, refs[0].file, bytes(data))
    checked = Checked()
    faults = list(verify(db, folder, checked))
    assert [(one.kind, one.file, one.offset) for one in faults] == [("digest", refs[0].file, None)]
    assert url in faults[0].message
    assert checked.captures == 2


def test_a_change_here_and_a_copy_that_is_gone_from_the_store_are_named(
    db: Database, tmp_path: Path, refs: list[CaptureRef], url: str
) -> None:
    folder = tmp_path / "warc"
    ship(db, folder, keep_days=30)
    changed = folder / refs[0].file
    data = bytearray(changed.read_bytes())
    data[9] ^= 1
    changed.write_bytes(data)
    files, root = url_to_fs(url)
    files.rm_file(f"{root}/{refs[1].file}")
    found = [(one.kind, one.file) for one in verify(db, folder, Checked())]
    assert found == [("digest", refs[0].file), ("missing_file", refs[1].file)]


def test_verify_names_what_was_changed_in_the_store(
    db: Database, tmp_path: Path, refs: list[CaptureRef], url: str
) -> None:
    folder = tmp_path / "warc"
    data = bytearray((folder / refs[0].file).read_bytes())
    ship(db, folder, keep_days=0)
    data[refs[0].offset + 60] ^= 255
    put_there(url, refs[0].file, bytes(data))
    faults = list(verify(db, folder, Checked()))
    assert faults
    assert {fault.file for fault in faults} == {refs[0].file}


def test_a_store_that_is_away_leaves_everything_here_and_says_so(
    db: Database, tmp_path: Path, refs: list[CaptureRef], url: str
) -> None:
    (tmp_path / "wall").write_text("no folder")
    store.use(f"file://{tmp_path / 'wall' / 'store'}")
    folder = tmp_path / "warc"
    done = ship(db, folder, keep_days=0)
    assert (done.files, done.waiting) == (0, 2)
    assert "wall" in done.fault
    store.use(url)
    assert ship(db, folder, keep_days=0).files == 2, "it ships later"


def test_what_a_killed_copy_left_in_a_folder_goes_with_the_next(
    db: Database, tmp_path: Path, refs: list[CaptureRef], monkeypatch: pytest.MonkeyPatch
) -> None:
    there = tmp_path / "store"
    monkeypatch.setenv(store.NAME, f"file://{there}")
    there.mkdir()
    (there / f".{refs[0].file}.4711.part").write_bytes(b"half")
    assert ship(db, tmp_path / "warc", keep_days=30).files == 2
    assert sorted(path.name for path in there.iterdir()) == sorted(ref.file for ref in refs)


@pytest.mark.parametrize("reads", [[], [(0, 100)], [(0, 7), (3, 9), (40, 20), (10, 35)], [(90, 10), (0, 1)]])
def test_a_sum_is_right_in_whatever_order_a_file_is_read(
    tmp_path: Path, reads: list[tuple[int, int]]
) -> None:
    path = tmp_path / "a"
    path.write_bytes(bytes(range(100)))
    with path.open("rb") as stream:
        summed = store.Summed(stream)
        for at, length in reads:
            summed.seek(at)
            assert summed.read(length) == bytes(range(at, at + length))
        assert summed.sum() == store.sum_of(path)


def test_a_folder_that_was_there_and_is_not_is_not_made_again(
    db: Database, tmp_path: Path, refs: list[CaptureRef], monkeypatch: pytest.MonkeyPatch
) -> None:
    there, folder = tmp_path / "mounted" / "warc", tmp_path / "warc"
    monkeypatch.setenv(store.NAME, f"file://{there}")
    (folder / refs[1].file).rename(tmp_path / refs[1].file)
    assert ship(db, folder, keep_days=30).files == 1
    (tmp_path / refs[1].file).rename(folder / refs[1].file)
    there.parent.rename(tmp_path / "unmounted")
    done = ship(db, folder, keep_days=0)
    assert (done.files, done.removed, done.waiting) == (0, 0, 1)
    assert str(there) in done.fault
    assert not there.exists()


def test_a_bucket_that_is_not_there_is_said(
    db: Database,
    tmp_path: Path,
    refs: list[CaptureRef],
    s3: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in {**s3, store.NAME: "s3://another/warc"}.items():
        monkeypatch.setenv(name, value)
    done = ship(db, tmp_path / "warc", keep_days=0)
    assert (done.files, done.waiting) == (0, 2)
    assert "bucket does not exist" in done.fault
    with pytest.raises(StoreError, match="bucket does not exist"):
        store.names()


def test_without_a_file_there_or_here_the_error_names_the_file(tmp_path: Path, url: str) -> None:
    missing = CaptureRef("t-1.warc.gz", 0, 10, "sha1:x", "", False)
    with pytest.raises(RawReadingError, match=r"t-1\.warc\.gz"):
        read_capture(tmp_path, missing)


def test_an_unknown_kind_of_store_says_what_to_install(tmp_path: Path, url: str) -> None:
    store.use("s3x://bucket")
    with pytest.raises(StoreError, match="s3x"):
        store.names()
