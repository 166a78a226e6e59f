"""`huyen rescue` against stand-ins of the archives, with everything that goes wrong there; real kills."""

from __future__ import annotations

import gzip
import hashlib
import random
import sqlite3
import time
from collections import Counter
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from crawler.errors import Refused
from crawler.locks import alone
from fixtures.archives import commoncrawl
from fixtures.archives.commoncrawl import CommonCrawl
from fixtures.archives.dead import PORTAL, address, held, page
from fixtures.archives.wayback import Faults, Wayback
from fixtures.files.pdf import document, lines
from storage.database import open_database
from storage.export.fileexport import export_files
from tests.crawler.rescue.standing import Standing

pytestmark = pytest.mark.slow


def test_everything_that_goes_wrong_at_the_wayback_machine(tmp_path: Path) -> None:
    captures = [
        held(0),
        held(1, body=gzip.compress(page(1), mtime=0)),  # packed, and no header says so
        held(2, headers=(("Content-Type", "text/html"), ("Content-Encoding", "gzip"))),  # says so, and is not
        held(3, url=address(3).replace("http://", "https://www.")),
        held(4, fault="runtime_error"),
        held(5, fault="bare"),
        held(6, fault="moved:20211104050607"),
        held(6, "20211104050607", body=page(6, "Bản sau.")),
        held(7, fault="cut"),
        held(8, fault="empty", body=b"", revisit=True),
        held(9, url=f"{PORTAL}/tin-tuc", body=b"<html>danh muc</html>"),
        held(10, url=f"{PORTAL}/tep/quyet-dinh-cua-uy-ban-nhan-dan.pdf"),
    ]
    faults = Faults(cdx_429=1, replay_429=1, replay_503=5, max_read=4, junk=True)
    with Wayback(captures, faults) as archive:
        here = Standing(tmp_path / "data", archive)
        status, told = here.rescue()
        assert (status, told["verdict"], told["fetched"]) == (1, "partial", 5)
        reasons = Counter(line.rpartition(": ")[2] for line in told["unplayed"])
        assert reasons == {"not_played": 1, "no_memento": 1, "other_capture": 1, "cut": 1, "empty": 1}
        asked = len({one.target for one in archive.log if one.kind == "replay" and "tin-tuc/" in one.target})
        assert asked == 10  # the section and the document were not asked for
        assert "page=" not in "".join(one.target for one in archive.log)
        before = len(archive.log)
        _, again = here.rescue()
        assert again["fetched"] == 0
        # What may come later is asked for again; the rest is known to be unplayable.
        later = {one.target for one in archive.log[before:] if one.kind == "replay"}
        assert len(later) == 1
        assert address(7) in later.pop()
    assert here.run("verify")[0] == 0
    found = here.rows("SELECT url, captured_via FROM versions JOIN articles ON articles.id = article_id")
    assert {url for url, _ in found} == {
        address(0), address(1), address(2), address(3).replace("http://", "https://www."), address(6),
    }  # fmt: skip
    assert {via for _, via in found} == {"wayback"}


def test_a_rescue_that_is_killed_fetches_nothing_twice_and_loses_nothing(tmp_path: Path) -> None:
    chance = random.Random(7)
    with Wayback([held(n) for n in range(24)], Faults(max_read=10)) as archive:
        here = Standing(tmp_path / "data", archive, rate=12)
        for part in (0, 8, 16):
            process = here.process("rescue", "kim-boi", "--from", "wayback")
            end = time.monotonic() + 60
            while archive.count("replay") < part + chance.randint(1, 5) and time.monotonic() < end:
                time.sleep(0.002)
            process.kill()
            process.wait()
        status, told = here.rescue()
        assert (status, told["verdict"]) == (0, "ok")
        replays = [one for one in archive.log if one.kind == "replay"]
        assert len({one.target for one in replays}) == 24
        assert len(replays) <= 24 + 3  # a kill while an answer is on its way costs one request
        assert min(b.at - a.at for a, b in pairwise(replays)) >= 0.9 / here.rate
    met = Counter(here.rows("SELECT source_uri FROM captures WHERE source_uri IS NOT NULL"))
    assert (len(met), max(met.values())) == (24, 1)
    assert here.rows("SELECT state, count(*) FROM holdings GROUP BY state") == [("held", 24)]
    assert here.run("verify")[0] == 0


def test_refused_connections_end_the_work_on_an_archive_and_are_remembered(tmp_path: Path) -> None:
    with Wayback([held(1)], Faults(cdx_429=9, ban_after=2)) as archive:
        here = Standing(tmp_path / "data", archive)
        status, told = here.rescue()
        assert (status, told["verdict"]) == (1, "banned")
        assert "asked again from" in told["evidence"][0]
        archive.accept()
        archive.faults.cdx_429 = 0
        asked = len(archive.log)
        assert here.rescue()[1]["verdict"] == "banned"
        assert len(archive.log) == asked  # an hour has not passed


def test_an_archive_that_only_refuses_connections_did_not_ban_anybody(tmp_path: Path) -> None:
    here = Standing(tmp_path / "data")  # nothing listens at its archives
    status, told = here.rescue()
    assert (status, told["verdict"]) == (1, "refused")
    assert "refuses connections" in told["evidence"][0]


def test_an_excluded_site_and_one_that_nobody_archived(tmp_path: Path) -> None:
    with Wayback([held(1)], Faults(blocked=("kimboi.example.vn",))) as archive:
        status, told = Standing(tmp_path / "excluded", archive).rescue()
    assert (status, told["verdict"]) == (1, "excluded")
    with Wayback() as archive:
        status, told = Standing(tmp_path / "nothing", archive).rescue()
    assert (status, told["verdict"]) == (0, "nothing_archived")


def test_a_list_is_shown_and_nothing_fetched_and_the_end_of_a_portal_counts(tmp_path: Path) -> None:
    captures = [held(1), held(1, "20220101000000"), held(2, "20250901000000", body=page(2, "nhà cái"))]
    with Wayback(captures, Faults(timeout_above=1_000)) as archive:
        keys = 'status = "gone"\nuntil = 2025-06-30'
        here = Standing(tmp_path / "data", archive, keys=keys)
        status, told = here.rescue("--list")
        assert (status, told["verdict"], archive.count("replay")) == (0, "listed", 0)
        figures = ("rows", "urls", "article_like", "held", "to_fetch", "sightings", "after_end")
        assert [told[name] for name in figures] == [3, 2, 2, 0, 1, 1, 1]
        here.rescue()
        assert archive.count("replay") == 1
    (row,) = here.rows("SELECT status, gone_at, first_seen_at, last_seen_at, first_crawled_at FROM articles")
    assert row[0] == "gone"
    assert str(row[1]).startswith("2025-06-30 16:59:59")
    assert (str(row[2])[:10], str(row[3])[:10], row[4]) == ("2021-03-04", "2022-01-01", None)


def test_a_list_too_long_for_one_query_is_read_year_by_year(tmp_path: Path) -> None:
    captures = [held(n, f"{2019 + n % 5}0304050607") for n in range(30)]
    # No query over all years is answered in time, and one of a year ends early without saying so.
    with Wayback(captures, Faults(timeout_above=100, max_read=12)) as archive:
        here = Standing(tmp_path / "data", archive)
        status, told = here.rescue()
        assert (status, told["verdict"], told["rows"], told["fetched"]) == (0, "ok", 30, 30)
        years = {part for (part,) in here.rows("SELECT part FROM listed WHERE until_at IS NOT NULL")}
        assert {"1996", "2019", "2023", f"{datetime.now(UTC):%Y}"} <= years
        first = f"{PORTAL}/tin-tuc/an-toan-ho-dap-mua-mua-lu-nam-nay-0040"
        archive.add([held(40, f"{datetime.now(UTC):%Y}0101050607", url=first)])
        asked = len(archive.log)
        assert here.rescue("--list")[1]["rows"] == 31
        again = [one.target for one in archive.log[asked:] if one.status == 200]
        assert again
        assert all(f"&from={datetime.now(UTC):%Y}" in target for target in again)  # past years are done


def test_common_crawl_gives_whole_records_and_comes_first(tmp_path: Path) -> None:
    cut = held(3, "20210401000000", fault="truncated", body=page(3)[:-200])
    crawls = {
        "CC-MAIN-2021-10": [held(n) for n in range(3)] + [cut],
        "CC-MAIN-2022-05": [held(9, url="http://x.vn/")],
    }
    with Wayback([held(2, "20200101000000"), held(4)]) as wayback, CommonCrawl(crawls) as common:
        here = Standing(tmp_path / "data", wayback, common)
        status, told = here.rescue()
        assert (status, told["verdict"], told["fetched"]) == (1, "partial", 5)
        assert told["unplayed"][0].endswith("(commoncrawl): truncated: length")
        assert wayback.count("replay") == 1  # article 2 came whole from Common Crawl
        assert common.count("data") == 0  # the API is enough for one portal
        assert here.rescue()[1]["fetched"] == 0
        assert common.count("record") == 4
    files = b"".join(path.read_bytes() for path in (tmp_path / "data" / "warc").glob("*.gz"))
    assert all(commoncrawl.member(held(n)) in files for n in range(3))
    vias = dict(here.rows("SELECT captured_via, count(*) FROM versions GROUP BY captured_via"))
    assert vias == {"commoncrawl": 3, "wayback": 1}
    (first,) = here.rows(f"SELECT first_seen_at FROM articles WHERE url = '{address(2)}'")
    assert str(first[0]).startswith("2020-01-01")  # seen there by the Wayback Machine
    other = Standing(tmp_path / "other")
    assert other.run("replay", str(tmp_path / "data" / "warc"))[0] == 0
    assert [tuple(row) for row in here.rows("SELECT kind, verdict FROM runs ORDER BY id")] == [
        ("rescue", "partial"), ("rescue", "ok")
    ]  # fmt: skip
    assert dict(other.rows("SELECT captured_via, count(*) FROM versions GROUP BY captured_via")) == vias


def test_files_that_nobody_hands_out_any_more_come_out_of_the_archive(tmp_path: Path) -> None:
    own, other = f"{PORTAL}/tep/ke-hoach-so-12.pdf", "http://tep.example.vn/tai-ve.aspx?so=7"
    gone, foreign = f"{PORTAL}/tep/mat-roi.pdf", "http://luutru.example.com/tep/xa.pdf"
    links = "".join(
        f'<p><a href="{url}">Tải tệp đính kèm kế hoạch.pdf</a></p>' for url in (own, other, gone, foreign)
    )
    plan = document([lines(["Kế hoạch trồng mía tím ở xóm Mớ Đá năm 2021"])])
    more = document([lines(["Danh sách hộ trồng mía tím nhận giống"])])
    pdf = (("Content-Type", "application/pdf"),)
    soft = held(1, "20230304050607", url=gone, body=b"<html><body>Khong tim thay</body></html>")
    captures = [
        held(1, body=page(1, below=links)),
        *(held(1, f"202{n}0304050607", url=own, body=plan, headers=pdf) for n in (1, 2)),
        held(1, "20210504050607", url=other, body=more, headers=pdf),
        held(1, "20210504050607", url=foreign, body=more, headers=pdf),
        soft,
    ]  # fmt: skip
    with Wayback(captures) as archive:
        here = Standing(tmp_path / "data", archive, keys='file_hosts = "domain"')
        assert here.rescue()[1]["fetched"] == 1  # the portal lives: a crawl asks for its files
        with closing(sqlite3.connect(tmp_path / "data" / "archive.db")) as db, db:
            db.execute("UPDATE files SET status = 'gone', reason = 'http_404', next_at = NULL")
        status, told = here.rescue()
        assert (status, told["verdict"], told["fetched"], told["files"]) == (0, "ok", 2, 2)
        asked = [one.target for one in archive.log if one.kind == "replay"]
        assert len(asked) == 3
        lists = [one.target for one in archive.log if one.kind == "cdx" and "matchType=exact" in one.target]
        assert len(lists) == 2  # of the address on another host, once, and that there is no more
    kept = here.rows("SELECT url, captured_via FROM captures WHERE outcome = 'file' ORDER BY url")
    assert kept == [(own, "wayback"), (other, "wayback")]
    sheet = tmp_path / "files.csv"
    with closing(open_database(f"sqlite:///{tmp_path / 'data' / 'archive.db'}")) as database:
        export_files(database, sheet, columns="url,sha256,captured_via,text")
    told_files = sheet.read_text(encoding="utf-8")
    assert f"{own},{hashlib.sha256(plan).hexdigest()},wayback," in told_files
    assert "trồng mía tím ở xóm Mớ Đá" in told_files  # read into text


def test_index_files_serve_several_portals_and_former_hosts(tmp_path: Path) -> None:
    former = [held(n, url=address(n).replace("kimboi.example.vn", "huyenkimboi.vn")) for n in range(6)]
    home = (("Location", "http://huyenkimboi.vn/"),)
    former += [
        replace(former[0], stamp=f"202206{day}000000", status=302, headers=home, body=day.encode())
        for day in ("01", "09")
    ]
    crawls = {
        "CC-MAIN-2021-10": [*former, held(7), held(8, url="http://khac.vn/tin-tuc/khac-khac-khac-khac-1")]
    }
    with CommonCrawl(crawls, lines=2) as common, Wayback() as wayback:
        here = Standing(tmp_path / "data", wayback, common, keys='former = ["huyenkimboi.vn"]')
        here.others = '[[kim-boi.portals]]\nurl = "http://hai.example.vn"\nfamily = "generic"\n'
        status, told = here.rescue()
        assert (status, told["fetched"]) == (0, 9)
        assert common.count("index") == 0
    gone = here.rows("SELECT url FROM articles WHERE status = 'gone'")
    assert gone == [(former[0].url,)]  # it led to the home page of that host, twice
    portals = here.rows("SELECT DISTINCT portal FROM articles")
    assert portals == [(PORTAL,)]


def test_processes_share_the_pace_of_an_archive(tmp_path: Path) -> None:
    with Wayback([held(n) for n in range(6)]) as archive:
        both = [Standing(tmp_path / name, archive, rate=10) for name in ("one", "two")]
        for here in both:
            here.environment["TMPDIR"] = str(tmp_path)
        processes = [here.process("rescue", "kim-boi", "--from", "wayback") for here in both]
        assert [process.wait(timeout=120) for process in processes] == [0, 0]
        replays = [one.at for one in archive.log if one.kind == "replay"]
        lists = [one.at for one in archive.log if one.kind == "cdx"]
    assert (len(replays), len(lists)) == (12, 4)
    # As the archive sees them; two that kept paces of their own would come together now and then.
    assert min(b - a for a, b in pairwise(replays)) >= 0.05
    assert min(b - a for a, b in pairwise(lists)) >= 0.2


def test_a_signal_ends_it_and_the_same_command_goes_on(tmp_path: Path) -> None:
    with Wayback([held(n) for n in range(8)]) as archive:
        here = Standing(tmp_path / "data", archive, rate=4)
        process = here.process("rescue", "kim-boi", "--from", "wayback")
        end = time.monotonic() + 60
        while archive.count("replay") < 2 and time.monotonic() < end:
            time.sleep(0.01)
        lock = here.data / "locks" / "rescue-hoa-binh.kim-boi.lock"
        with pytest.raises(Refused, match="is running"), alone(lock, "a rescue"):
            pass
        process.terminate()
        assert process.wait(timeout=60) == 1
        asked = archive.count("replay")
        assert asked < 8
        here.rate = 100
        again = here.rescue()[1]["fetched"] - (8 - asked)
        assert again in (0, 1)  # the answer that was under way when the signal came may be lost
        assert archive.count("replay") == 8 + again


def test_what_shows_no_article_is_no_sight_of_it_and_new_captures_are_asked_for(tmp_path: Path) -> None:
    soft = "<html><body><h1>Không tìm thấy trang</h1><p>Trang bạn tìm không tồn tại.</p></body></html>"
    captures = [
        held(1),
        held(1, "20230304050607", body=soft.encode()),
        held(1, "20230404050607", body=soft.encode()),
    ]
    with Wayback(captures) as archive:
        here = Standing(tmp_path / "data", archive)
        assert here.rescue()[1]["fetched"] == 2
        ((seen,),) = here.rows("SELECT last_seen_at FROM articles")
        assert str(seen).startswith("2021-03-04")
        archive.add([held(2, "20240304050607")])
        asked = len(archive.log)
        assert here.rescue()[1]["fetched"] == 1
        lists = [one.target for one in archive.log[asked:] if one.kind == "cdx"]
        assert all("&from=20230403050607" in target for target in lists)
