"""The archive as a web archive package: what is in it, by the rules of the format, and what is refused."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zipfile import ZipFile

import pytest

from storage.articles.queries import sync_registry
from storage.database import Database
from storage.errors import PackageError, StorageError
from storage.export.wacz import Packed, package
from storage.search.selection import Filters
from storage.warc.captures import CaptureRef, Exchange
from storage.warc.writer import PAGES, WarcWriter, read_capture
from tests import wacz_rules
from tests.storage.making import DISTRICTS, PORTAL, article, capture, keep
from tests.warcs import http, packed, record

AT = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
HTML = (b"Content-Type", b"text/html; charset=utf-8")
NOTES = {"asked": "x", "page": "x", "district": "x", "portal": "x"}
IMAGE = f"{PORTAL}/anh/cau-treo.jpg"


class Archive:
    """An archive with two articles of one portal: a crawl of ours, on two days, wrote what is in it.

    cau-treo: redirected to, with a picture, unchanged the next day (a revisit). xuat-khau: no picture.
    """

    def __init__(self, db: Database, folder: Path) -> None:
        self.db, self.folder, self.warc = db, folder, folder / "warc"
        sync_registry(db, DISTRICTS)
        with WarcWriter(self.warc, "nghe-an", {PAGES: "1"}) as out:
            self.out = out
            moved = self.put("cu", b"", status=301, headers=((b"Location", b"/cau-treo"),))
            page = self.put("cau-treo", b"<p>cau treo</p>" * 50, page=NOTES)
            image = self.put(
                "anh/cau-treo.jpg", bytes(range(256)), headers=((b"Content-Type", b"image/jpeg"),)
            )
            listing = self.put("tin-tuc", b"<ul></ul>")
            other = self.put("xuat-khau", b"<p>xuat khau</p>" * 50, page=NOTES)
            known = SimpleNamespace(capture=page.ref, url=f"{PORTAL}/cau-treo", fetched_at=AT)
            again = self.put("cau-treo", b"<p>cau treo</p>" * 50, days=1, known=known, page=NOTES)
        picture = ({"url": IMAGE, "caption": "Cầu treo", "alt": None},)
        articles = [
            article("cau-treo", images=picture, captions=("Cầu treo",), **self.of(page)),
            article("xuat-khau", title="Xuất khẩu chè", lead="Chè xanh.", published_at="2023-10-26",
                    published_precision="day", **self.of(other)),
        ]  # fmt: skip
        keep(db, articles, [moved, page, image, listing, other, again])

    def put(
        self, path: str, body: bytes, days: int = 0, known: Any = None, page: Any = None, **more: Any
    ) -> Any:
        moment = AT.replace(day=AT.day + days)
        values = {"status": 200, "headers": (HTML,), **more}
        sent = Exchange(f"{PORTAL}/{path}", body=body, fetched_at=moment, **values)
        ref = self.out.write(sent, known, page=page)
        return capture(path, fetched_at=moment, ref=ref, status=values["status"])

    def of(self, one: Any) -> dict[str, Any]:
        return {"capture": one.ref, "fetched_at": one.fetched_at}

    def export(self, name: str = "x.wacz", **filters: Any) -> tuple[Packed, Path]:
        target = self.folder / name
        return package(self.db, self.warc, target, Filters(**filters)), target


@pytest.fixture
def archive(db: Database, tmp_path: Path) -> Archive:
    return Archive(db, tmp_path)


def held(path: Path) -> list[tuple[str, str, str]]:
    """Path, status and MIME type of each line of the index."""
    with ZipFile(path) as found:
        lines = [said for _, _, said in wacz_rules.index(found)]
    return [(said["url"].removeprefix(PORTAL), said["status"], said["mime"]) for said in lines]


def test_a_package_has_what_belongs_to_its_articles_and_breaks_no_rule(archive: Archive) -> None:
    done, path = archive.export()
    assert (done.articles, done.captures, done.faults) == (2, 5, [])
    assert wacz_rules.breaches(path) == []
    assert held(path) == [
        ("/anh/cau-treo.jpg", "200", "image/jpeg"),
        ("/cau-treo", "200", "text/html"),
        ("/cau-treo", "200", "warc/revisit"),
        ("/cu", "301", "unk"),
        ("/xuat-khau", "200", "text/html"),
    ]


def test_records_are_copied_byte_for_byte_with_request_and_notes(archive: Archive) -> None:
    _, path = archive.export(query="chè")
    with ZipFile(path) as found:
        copied = found.read("archive/data.warc.gz")
        ((_, _, said),) = wacz_rules.index(found)
    (source,) = archive.warc.iterdir()
    whole = source.read_bytes()
    start, length = int(said["offset"]), int(said["length"])
    assert copied[start : start + length] in whole
    kinds = [part for part in gzip.decompress(copied).split(b"\r\n") if part.startswith(b"WARC-Type")]
    assert kinds == [b"WARC-Type: " + kind for kind in (b"warcinfo", b"response", b"request", b"metadata")]


def test_pages_say_what_they_are_and_are_found_without_diacritics(archive: Archive) -> None:
    _, path = archive.export()
    with ZipFile(path) as found:
        bridge, tea = wacz_rules.pages(found)
    if tea["title"] != "Xuất khẩu chè":
        bridge, tea = tea, bridge
    assert tea["url"] == f"{PORTAL}/xuat-khau"
    assert tea["ts"] == "2024-05-06T07:08:09Z"
    assert tea["huyen"]["published_at"] == "2023-10-26"
    assert tea["huyen"]["district_code"] == "427"
    for word in ("Xuất khẩu chè", "xuat khau che", "Chè xanh.", "che xanh."):
        assert word in tea["text"]
    assert "Cầu treo" in bridge["text"]


def test_the_description_says_what_was_selected(archive: Archive) -> None:
    _, path = archive.export(districts=["do-luong"], since="2023", query="chè")
    with ZipFile(path) as found:
        said = json.loads(found.read("datapackage.json"))
    assert said["title"] == "Đô Lương, Nghệ An from 2023 matching chè"
    assert said["description"].startswith("1 article in 1 capture.")
    assert said["mainPageUrl"] == f"{PORTAL}/xuat-khau"
    assert said["created"] == said["modified"] == said["mainPageDate"] == "2024-05-06T07:08:09Z"


def test_the_same_archive_gives_the_same_bytes(archive: Archive) -> None:
    first, second = archive.export("a.wacz")[1], archive.export("b.wacz")[1]
    assert first.read_bytes() == second.read_bytes()


def test_a_revisit_brings_the_body_that_stands_under_another_address(db: Database, tmp_path: Path) -> None:
    sync_registry(db, DISTRICTS)
    body = b"<p>mot trang, hai dia chi</p>" * 30
    with WarcWriter(tmp_path / "warc", "x", {PAGES: "1"}) as out:
        first = out.write(Exchange(f"{PORTAL}/ban-in", 200, (HTML,), body, AT))
        known = SimpleNamespace(capture=first, url=f"{PORTAL}/ban-in", fetched_at=AT)
        again = out.write(Exchange(f"{PORTAL}/tin", 200, (HTML,), body, AT), known, page=NOTES)
    keep(
        db,
        [article("tin", capture=again, fetched_at=AT)],
        [capture("ban-in", fetched_at=AT, ref=first), capture("tin", fetched_at=AT, ref=again)],
    )
    done = package(db, tmp_path / "warc", tmp_path / "x.wacz")
    assert done.faults == []
    assert held(tmp_path / "x.wacz") == [("/ban-in", "200", "text/html"), ("/tin", "200", "warc/revisit")]
    assert wacz_rules.breaches(tmp_path / "x.wacz") == []


def foreign(archive: Archive, form: str) -> CaptureRef:
    """A file of another crawler in the archive's folder, its request before the response, and its article."""
    url = f"{PORTAL}/cua-nguoi-khac"
    records = [
        record("warcinfo", "", b"software: Khac/1.0\r\n"),
        record("request", f"{PORTAL}/khac", b"GET / HTTP/1.1\r\n\r\n", WARC_Record_ID="<urn:z>"),
        record("request", url, b"GET / HTTP/1.1\r\n\r\n", WARC_Record_ID="<urn:a>"),
        record("response", url, http(b"<p>khac</p>" * 40, Content_Type="text/html"), WARC_Record_ID="<urn:b>",
               WARC_Concurrent_To="<urn:a>"),
        record("metadata", url, b"via: x\r\n", WARC_Concurrent_To="<urn:b>"),
        record("metadata", url, b"khac: x\r\n", WARC_Concurrent_To="<urn:y>"),
    ]  # fmt: skip
    parts = [packed([one]) for one in records] if form == "gz" else records
    file = f"khac.warc{'.gz' if form == 'gz' else ''}"
    (archive.warc / file).write_bytes(b"".join(parts))
    ref = CaptureRef(file, sum(map(len, parts[:3])), len(parts[3]), "", "")
    found = read_capture(archive.warc, ref)
    ref = replace(found.ref, offset=ref.offset, length=ref.length)
    moment = found.exchange.fetched_at
    keep(
        archive.db,
        [article("cua-nguoi-khac", capture=ref, fetched_at=moment)],
        [capture("cua-nguoi-khac", fetched_at=moment, ref=ref)],
    )
    return ref


@pytest.mark.parametrize("form", ["gz", "plain"])
def test_records_of_others_stand_in_a_file_of_their_own_with_what_stood_around_them(
    archive: Archive, form: str
) -> None:
    foreign(archive, form)
    done, path = archive.export()
    assert (done.articles, done.captures, done.faults) == (3, 6, [])
    assert wacz_rules.breaches(path) == []
    with ZipFile(path) as found:
        others = gzip.decompress(found.read("archive/others.warc.gz")).decode()
        said = [one for _, _, one in wacz_rules.index(found) if one["filename"] == "others.warc.gz"]
    assert [one["url"] for one in said] == [f"{PORTAL}/cua-nguoi-khac"]
    assert said[0]["digest"].startswith("sha256:")
    assert [line for line in others.split("\r\n") if line.startswith("WARC-Type")] == [
        f"WARC-Type: {kind}" for kind in ("warcinfo", "request", "response", "metadata")
    ]
    assert "<urn:z>" not in others
    assert "<urn:y>" not in others


def test_a_record_that_cannot_be_read_is_named_and_the_others_are_written(archive: Archive) -> None:
    (source,) = archive.warc.iterdir()
    whole = source.read_bytes()
    place = next(one for one in _refs(archive) if one.url.endswith("/xuat-khau"))
    torn = bytearray(whole)
    torn[place.offset + 60] ^= 0xFF
    source.write_bytes(bytes(torn))
    done, path = archive.export()
    assert (done.articles, done.captures) == (1, 4)
    assert [fault.partition(":")[0] for fault in done.faults] == [
        f"{source.name} offset {place.offset}", "https"
    ]  # fmt: skip
    assert wacz_rules.breaches(path) == []


def _refs(archive: Archive) -> list[Any]:
    from sqlalchemy import text

    with archive.db.reading() as connection:
        asked = text("SELECT url, warc_offset AS offset FROM captures ORDER BY warc_offset")
        return list(connection.execute(asked))


def test_a_missing_file_is_named_and_the_others_are_written(archive: Archive) -> None:
    foreign(archive, "gz")
    (archive.warc / "khac.warc.gz").unlink()
    done, path = archive.export()
    assert (done.articles, done.captures) == (2, 5)
    assert done.faults[0] == "khac.warc.gz: the WARC file is missing"
    assert wacz_rules.breaches(path) == []


def test_an_empty_selection_writes_nothing_and_leaves_what_was_there(archive: Archive) -> None:
    target = archive.folder / "x.wacz"
    target.write_bytes(b"before")
    with pytest.raises(StorageError, match="no article is selected"):
        archive.export(query="khong-co-tu-nay")
    assert target.read_bytes() == b"before"
    assert sorted(one.name for one in archive.folder.iterdir() if one.name.startswith(".")) == []


def test_a_place_that_cannot_be_written_is_named(archive: Archive) -> None:
    with pytest.raises(PackageError, match=r"cannot write .*khong-co"):
        archive.export("khong-co/x.wacz")


def test_many_lines_of_the_index_stand_in_blocks(db: Database, tmp_path: Path) -> None:
    articles, captures = [], []
    with WarcWriter(tmp_path / "warc", "x", {PAGES: "1"}) as out:
        for number in range(1100):
            url = f"{PORTAL}/tin-{number}"
            ref = out.write(Exchange(url, 200, (HTML,), b"<p>%d</p>" % number, AT), page=NOTES)
            articles.append(article(f"tin-{number}", capture=ref, fetched_at=AT))
            captures.append(capture(f"tin-{number}", fetched_at=AT, ref=ref))
    keep(db, articles, captures)
    done = package(db, tmp_path / "warc", tmp_path / "x.wacz")
    assert (done.articles, done.captures) == (1100, 1100)
    assert wacz_rules.breaches(tmp_path / "x.wacz") == []
    with ZipFile(tmp_path / "x.wacz") as found:
        assert len(found.read("indexes/index.idx").splitlines()) == 3
