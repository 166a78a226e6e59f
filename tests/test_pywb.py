"""pywb shows from our WARC files what the portals sent, byte for byte, and lists it under its digest."""

from __future__ import annotations

import csv
import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import pytest

from fixtures.districts import registry_for, write
from fixtures.server import FixtureServer
from storage.database import open_database
from storage.export.export import export
from storage.warc.captures import Exchange
from storage.warc.writer import Capture, WarcWriter, iter_captures
from tests import pywb

ROOT = Path(__file__).parents[1]
DISTRICTS = ("nghe-an.do-luong", "ha-nam.ly-nhan")  # gzip, a feed; ETag and 304
SITE = "https://thixa.vn"
AT = datetime(2023, 10, 26, 7, 30, 15, tzinfo=UTC)
HTML = (b"Content-Type", b"text/html; charset=utf-8")
PDF = (b"Content-Type", b"application/pdf")
FORM = (b"Content-Type", b"application/x-www-form-urlencoded")

pytestmark = pytest.mark.xdist_group("pywb")  # one crawl and one pywb serve all tests of this file


class Kind(NamedTuple):
    """Which captures behave alike."""

    status: int
    method: str = "GET"
    encoding: str = ""
    revisit: bool = False


class Replayed(NamedTuple):
    """A running pywb and the captures that it has, in the order of their making."""

    pywb: pywb.Pywb
    captures: list[Capture]
    files: list[Path]

    def body(self, capture: Capture) -> bytes:
        """The payload of `capture`; that of the record it refers to where it is a revisit."""
        same = (one for one in self.captures if one.ref.digest == capture.ref.digest and not one.ref.revisit)
        return next(same).exchange.body

    def of(self, kind: Kind) -> list[Capture]:
        return [one for one in self.captures if _kind(one) == kind]


def _kind(capture: Capture) -> Kind:
    exchange = capture.exchange
    return Kind(exchange.status, exchange.method, exchange.header("Content-Encoding"), capture.ref.revisit)


def huyen(data: Path, registry: Path, *arguments: str, **settings: str) -> str:
    """Runs a command on the archive in `data` and returns what it prints."""
    names = {name: value for name, value in os.environ.items() if not name.startswith("HUYEN_")}
    names |= {"HUYEN_DATA": str(data), "HUYEN_REGISTRY": str(registry), "no_proxy": "127.0.0.1", **settings}
    command = [sys.executable, "-m", "crawler.cli", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=names, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


def crawl(data: Path) -> None:
    """A few articles of three portals, and all of them again."""
    with FixtureServer(0) as server:
        write(registry_for(server), data / "registry")
        for more in ((), ("--full",)):
            huyen(data, data / "registry", "crawl", *DISTRICTS, "--limit", "3", *more)


def _make(folder: Path) -> None:
    """What those portals have not: a form with two pages, pictures, redirects, pages that are gone."""
    image = bytes(range(256)) * 40
    page = "<p>Thị xã họp giao ban</p>".encode() * 30
    packed = gzip.compress(page, mtime=0)
    note = {"asked": f"{SITE}/tin", "page": f"{SITE}/tin", "district": "a.b", "portal": SITE}
    with WarcWriter(folder, "thi-xa", {}) as warc:
        first = warc.write(_sent("/tin", page), page=note)
        warc.write(_sent("/anh.jpg", image, headers=((b"Content-Type", b"image/jpeg"),)))
        warc.write(_sent("/nen", packed, headers=(HTML, (b"Content-Encoding", b"gzip"))))
        warc.write(_sent("/cu", b"", status=301, headers=((b"Location", b"/tin"),)))
        warc.write(_sent("/mat", b"khong con", status=410))
        plan = b"%PDF-1.4\n" + image
        kept = warc.write(_sent("/kho/ke-hoach.pdf", plan, headers=(PDF,)))
        known = SimpleNamespace(capture=kept, url=f"{SITE}/kho/ke-hoach.pdf", fetched_at=AT)
        for url in (f"{SITE}/tep/ban-sao.pdf", "https://tep.thixa.vn/ban-sao.pdf"):
            warc.write(
                replace(_sent("", plan, headers=(PDF,), fetched_at=AT.replace(day=28)), url=url), known
            )
        for number in (1, 2):
            form = {"method": "POST", "request_headers": (FORM,), "request_body": b"page=%d" % number}
            warc.write(_sent("/danh-sach", b"trang %d" % number, **form))
        for month, status, body in ((11, 200, page), (12, 304, b"")):
            known = SimpleNamespace(capture=first, url=f"{SITE}/tin", fetched_at=AT)
            warc.write(
                _sent("/tin", body, status=status, fetched_at=AT.replace(month=month)), known, page=note
            )


def _sent(path: str, body: bytes, **more: object) -> Exchange:
    values = {"status": 200, "headers": (HTML,), "fetched_at": AT, **more}
    return Exchange(url=SITE + path, body=body, **values)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replayed]:
    if reason := pywb.missing():
        if os.environ.get("REQUIRE_PYWB") == "1":
            pytest.fail(f"REQUIRE_PYWB=1, but {reason}")
        pytest.skip(f"no pywb: {reason}")
    data, folder = tmp_path_factory.mktemp("crawl"), tmp_path_factory.mktemp("pywb")
    crawl(data)
    _make(data / "warc")
    files = sorted((data / "warc").iterdir(), key=lambda path: path.stat().st_mtime)
    captures = [capture for file in files for capture in iter_captures(file)]
    with pywb.replaying(files, folder) as running:
        yield Replayed(running, captures, files)


KINDS = (
    Kind(200), Kind(200, encoding="gzip"), Kind(200, "POST"), Kind(301), Kind(410),
    Kind(200, revisit=True), Kind(200, encoding="gzip", revisit=True), Kind(304, revisit=True),
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_a_capture_is_replayed_as_it_was_received(replayed: Replayed, kind: Kind) -> None:
    captures = replayed.of(kind)
    assert captures
    for capture in captures[:12]:
        answer = replayed.pywb.replay(capture.exchange)
        assert answer.body == replayed.body(capture), capture.exchange.url
        assert answer.status == (200 if kind.status == 304 else kind.status)
        assert answer.encoding == kind.encoding


def test_documents_are_replayed_under_each_of_their_addresses(replayed: Replayed) -> None:
    fetched = [one for one in replayed.captures if one.exchange.url.endswith("/ke-hoach.pdf")]
    copies = [one for one in replayed.captures if one.exchange.url.endswith("/ban-sao.pdf")]
    assert len(fetched) == 1 and len(copies) == 2 and all(one.ref.revisit for one in copies)
    for capture in (*fetched, *copies):
        answer = replayed.pywb.replay(capture.exchange)
        assert (answer.status, answer.body) == (200, replayed.body(capture)), capture.exchange.url


def test_a_rescue_from_it_gives_the_articles_of_the_crawl(replayed: Replayed, tmp_path: Path) -> None:
    collection = f"http://127.0.0.1:{replayed.pywb.port}/{pywb.NAME}/"
    live = replayed.files[0].parent.parent
    registry, again, sheet = live / "registry", tmp_path / "again", tmp_path / "sheet.csv"

    def exported(data: Path, columns: str) -> list[list[str]]:
        with closing(open_database(f"sqlite:///{data / 'archive.db'}")) as database:
            export(database, sheet, columns=columns)
        with sheet.open(encoding="utf-8", newline="") as stream:
            return sorted(csv.reader(stream))

    limits = {"HUYEN_RESCUE_RATE": "500", "TMPDIR": str(tmp_path)}
    told = huyen(tmp_path, registry, "rescue", *DISTRICTS, "--from", collection, "--json", **limits)
    assert {one["verdict"] for one in json.loads(told)["portals"]} == {"ok"}
    columns = "id,district_id,url,title,lead,body,author,captions,images,attachments,version"
    mine = exported(tmp_path, columns)
    assert (len(mine), mine) == (1 + 9, exported(live, columns))
    # A listing names the category of pages that do not, and a rescue asks for pages only.
    categories = list(zip(exported(tmp_path, "id,category"), exported(live, "id,category"), strict=True))
    assert all(one in (found, [found[0], ""]) for one, found in categories)
    assert sum(one == found for one, found in categories) > 1
    # Some pages of the second portal are dated by its feed alone, and a rescue asks for pages only.
    dates = "district_id,url,published_at,published_precision,published_source,published_is_event"
    of_first = [row for row in exported(tmp_path, dates) if row[0] == DISTRICTS[0]]
    assert of_first == [row for row in exported(live, dates) if row[0] == DISTRICTS[0]]
    vias = exported(tmp_path, "captured_via,source_uri")
    rescues = [source for via, source in vias if via == "pywb"]
    assert len(rescues) == 9
    assert all(one.startswith(f"{collection}20") and "id_/http" in one for one in rescues)
    huyen(again, registry, "replay", str(tmp_path / "warc"))
    assert exported(again, "captured_via,source_uri") == vias


def test_its_index_has_every_capture_with_its_digest_and_nothing_else(replayed: Replayed) -> None:
    sites = {"/".join(capture.exchange.url.split("/")[:3]) for capture in replayed.captures}
    lines = [line for site in sites for line in replayed.pywb.listed(site)]
    ours = {
        (one.exchange.url, f"{one.exchange.fetched_at:%Y%m%d%H%M%S}", one.ref.digest, one.ref.offset)
        for one in replayed.captures
    }
    assert {(one["url"], one["timestamp"], one["digest"], int(one["offset"])) for one in lines} == ours
    assert len(lines) == len(ours)
    said = {int(one["offset"]): one.get("status") for one in lines if SITE in one["url"]}
    made = [one for one in replayed.captures if one.exchange.url.startswith(SITE) and not one.ref.revisit]
    assert [said[one.ref.offset] for one in made] == [str(one.exchange.status) for one in made]


def test_warcio_finds_no_fault_in_any_file(replayed: Replayed) -> None:
    check = [sys.executable, "-m", "warcio.cli", "check", *map(str, replayed.files)]
    done = subprocess.run(check, capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stdout) == (0, "")
