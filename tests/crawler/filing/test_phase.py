"""Files are fetched after the news: what is kept, at which pace, and what kills and dead hosts do."""

from __future__ import annotations

import json
import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from fixtures.documents import PNG
from tests.crawler.filing.world import Answer, World, document, docx, world

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("files")]
DELAY = 0.4  # seconds
HTML = Answer(b"<!DOCTYPE html><html><body>" + b"Phien lam viec da het. " * 30, 200)
WORD = Answer(
    docx("Phụ lục chỉ tiêu trồng rừng năm nay của các xã") + bytes(400), 200,
    {"Content-Disposition": "attachment; filename*=UTF-8''Ph%E1%BB%A5%20l%E1%BB%A5c.docx"},
)  # fmt: skip
LINKS = {
    0: ["/kho/ke-hoach.pdf Kế hoạch", "/kho/ban-sao.pdf Bản sao", "/kho/phien.pdf Biểu 1"],
    1: ["/DownloadFile.ashx?id=7 Tải về phụ lục", "/tai-ve?id=8 Tải về ảnh", "/kho/lon.pdf Bản đồ"],
    2: ["/kho/mat.pdf Biểu 2"],
    -1: ["/kho/ke-hoach.pdf Kế hoạch của tỉnh", "/kho/rieng.pdf Thông báo"],
}
LARGE = Answer(b"%PDF-1.4\n" + bytes(1_200_000), 200)


def answers() -> dict[str, Answer]:
    same = document("ke hoach chung" * 20)
    return {
        "/robots.txt": Answer(b"User-agent: *\nDisallow: /kho/rieng.pdf\n", 200),
        "/kho/ke-hoach.pdf": same,
        "/kho/ban-sao.pdf": Answer(same.body, 200, {"ETag": '"ban-sao"'}),
        "/kho/phien.pdf": HTML,
        "/DownloadFile.ashx?id=7": WORD,
        "/tai-ve?id=8": HTML,
        "/kho/lon.pdf": LARGE,
    }


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, str]]:
    """The world after its first night, and what the crawl said."""
    with world(tmp_path_factory.mktemp("world"), LINKS, answers()) as made:
        made.register(DELAY, "file_mb = 1.0")
        yield made, made.huyen("crawl", "--all")


def test_what_comes_is_judged_by_its_bytes(night: tuple[World, str]) -> None:
    made, said = night
    assert made.files() == {
        "kho/ke-hoach.pdf": ("kept", 1, ""),
        "kho/ban-sao.pdf": ("kept", 1, ""),
        "kho/phien.pdf": ("pending", 0, "html"),
        "DownloadFile.ashx?id=7": ("kept", 1, ""),
        "tai-ve?id=8": ("not_a_file", 0, "html"),
        "kho/lon.pdf": ("too_large", 0, "too_large"),
        "kho/mat.pdf": ("gone", 0, "http_404"),
        "kho/rieng.pdf": ("blocked", 0, "robots"),
    }
    assert made.rows("SELECT size FROM files WHERE status = 'too_large'") == [(len(LARGE.body),)]
    assert "files: 3 kept, 1 failed, 1 gone, 1 too large, 1 not a file, 1 blocked" in said


def test_districts_that_share_a_host_share_its_pace(night: tuple[World, str]) -> None:
    made, _ = night
    times = made.store.times[:8]  # robots.txt, and each file once: one is forbidden
    gaps = [after - before for before, after in pairwise(times)]
    assert min(gaps) > 0.75 * DELAY  # as they arrive on a loaded machine


def test_the_same_bytes_are_kept_once(night: tuple[World, str]) -> None:
    made, _ = night
    kept = made.rows("SELECT revisit, url FROM captures WHERE outcome = 'file' ORDER BY id")
    assert Counter(revisit for revisit, _ in kept) == {0: 2, 1: 1}
    assert made.rows("SELECT count(DISTINCT warc_offset), count(*) FROM file_versions") == [(2, 3)]
    assert made.rows("SELECT count(*) FROM contents") == [(2,)]


def test_an_export_says_what_was_kept(night: tuple[World, str]) -> None:
    made, _ = night
    told = {one["url"].split("/", 3)[3]: one for row in made.exported() for one in row["attachments"]}
    assert told["kho/ke-hoach.pdf"]["bytes"] == len(answers()["/kho/ke-hoach.pdf"].body)
    assert told["kho/ke-hoach.pdf"]["sha256"] == told["kho/ban-sao.pdf"]["sha256"]
    assert told["DownloadFile.ashx?id=7"]["type"] == "docx"  # a link that might have led to a page
    assert "sha256" not in told["kho/mat.pdf"] and "tai-ve?id=8" not in told


def test_bytes_are_handed_out(night: tuple[World, str], tmp_path: Path) -> None:
    made, _ = night
    (id_,) = made.rows("SELECT id FROM files WHERE url LIKE '%ban-sao.pdf'")[0]
    made.huyen("files", "get", id_, "-o", str(tmp_path / "a.pdf"))
    assert (tmp_path / "a.pdf").read_bytes() == answers()["/kho/ban-sao.pdf"].body
    (id_,) = made.rows("SELECT id FROM files WHERE url LIKE '%id=7'")[0]
    assert made.huyen("files", "get", id_, "-o", str(tmp_path)).strip() == str(tmp_path / "Phụ lục.docx")


def test_the_evidence_holds_and_builds_the_same_files_again(night: tuple[World, str], tmp_path: Path) -> None:
    made, _ = night
    made.huyen("verify", "--jobs", "1")
    columns = "number, fetched_at, content_digest, file_versions.size, type, name, warc_digest"
    query = f"SELECT url, {columns} FROM file_versions JOIN files ON files.id = file_id ORDER BY url, number"
    before, exported = made.rows(query), made.exported()
    again = World(tmp_path, made.store, made.site, made.portals, made.links)
    again.register(0, "file_mb = 1.0")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "warc").symlink_to(made.data / "warc")
    asked = len(made.site.asked)
    again.huyen("replay", str(tmp_path / "data" / "warc"), "--jobs", "1")
    assert len(made.site.asked) == asked
    assert again.rows(query) == before
    both = ([one["attachments"] for one in rows] for rows in (again.exported(), exported))
    assert next(both) == next(both)
    table = made.huyen("export", "--files")
    assert table.count("ke-hoach.pdf") >= 1 and again.huyen("export", "--files") == table
    captures = "SELECT url, status, outcome, file_id FROM captures WHERE file_id IS NOT NULL ORDER BY 1, 2"
    assert again.rows(captures) == made.rows(captures)


def test_a_second_night_asks_what_is_due(night: tuple[World, str]) -> None:
    made, _ = night
    first = len(made.site.asked)
    made.pass_days(1)
    made.store.files["/kho/ban-sao.pdf"] = document("ban moi hon" * 20)
    made.store.files["/kho/phien.pdf"] = document("bieu mot" * 20)
    made.huyen("crawl", "--all", "--no-files")
    assert len(made.site.asked) == first
    made.huyen("crawl", "--all")
    asked = made.site.asked[first:]
    assert {path for path, _ in asked} == {
        "/robots.txt", "/kho/ke-hoach.pdf", "/kho/ban-sao.pdf", "/kho/phien.pdf", "/DownloadFile.ashx?id=7",
    }  # fmt: skip
    sent = next(headers for path, headers in asked if path == "/kho/ke-hoach.pdf")
    assert sent["If-None-Match"].startswith('"')
    files = made.files()
    assert files["kho/ban-sao.pdf"] == ("kept", 2, "") and files["kho/phien.pdf"] == ("kept", 1, "")
    assert made.rows("SELECT max(version) FROM articles") == [(1,)]  # a file makes no version of its article
    assert "ban-sao.pdf" in made.huyen("files", "--changed")
    ((article,),) = made.rows(
        "SELECT article_id FROM article_files JOIN files ON id = file_id AND version = 2"
    )
    told = made.huyen("diff", article)
    assert "1 version;" in told and "file ban-sao.pdf changed on " in told
    made.huyen("verify", "--jobs", "1")


def test_a_kill_between_page_and_file_loses_nothing(tmp_path: Path) -> None:
    links = {0: ["/a.pdf Biểu A", "/b.pdf Biểu B", "/c.pdf Biểu C"], -1: []}
    files = {f"/{name}.pdf": document(f"bieu {name} " * 20) for name in "abc"}
    with world(tmp_path, links, files) as made:
        made.store.hold = "/b.pdf"
        process = made.start("crawl", "--all")
        assert made.store.reached.wait(120)
        worker = _worker(made)
        os.kill(worker, signal.SIGKILL)  # /a.pdf is in the WARC, its row may not be
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        made.store.hold = ""
        made.store.go.set()
        _forget_rows(made, "/a.pdf")
        made.huyen("crawl", "--all")
        assert made.files() == {f"{name}.pdf": ("kept", 1, "") for name in "abc"}
        assert Counter(path for path, _ in made.site.asked) == {
            "/robots.txt": 2, "/a.pdf": 1, "/b.pdf": 2, "/c.pdf": 1,
        }  # fmt: skip
        made.huyen("verify", "--jobs", "1")


def _worker(made: World) -> int:
    """The process that writes the WARC file of files."""
    (name,) = [path.name for path in (made.data / "warc").glob("files-*.open")]
    return int(name.split("-")[2][-7:])  # behind the machine


def _forget_rows(made: World, path: str) -> None:
    """Takes the rows of a file's capture back, as a kill right after its record would have left them."""
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(made.data / "archive.db")) as archive, archive:
        file = f"(SELECT id FROM files WHERE url LIKE '%{path}')"
        offset = f"(SELECT warc_offset FROM captures WHERE file_id = {file})"
        archive.execute(f"DELETE FROM captures WHERE warc_file LIKE 'files-%' AND warc_offset >= {offset}")
        archive.execute(f"DELETE FROM file_versions WHERE file_id = {file}")
        archive.execute(
            f"UPDATE files SET status = 'pending', version = 0, looked_at = NULL, next_at = first_seen_at"
            f" WHERE id = {file}"
        )


def test_a_dead_host_changes_no_verdict(tmp_path: Path) -> None:
    links: dict[int, list[str]] = {0: ["/a.pdf Biểu A", "/b.pdf Biểu B"], -1: []}
    with world(tmp_path, links, {}) as made:
        for path in ("/robots.txt", "/a.pdf", "/b.pdf"):
            made.store.files[path] = Answer(b"", 503 if path != "/robots.txt" else 404)
        process = made.start("crawl", "--all", "--json")
        said, complained = process.communicate(timeout=300)
        assert process.returncode == 0, (said, complained)
        assert "files of" in complained and "failed (http_503)" in complained
        assert {verdict for (verdict,) in made.rows("SELECT verdict FROM runs")} == {"ok"}
        assert {status for status, _, _ in made.files().values()} == {"pending"}


def test_files_elsewhere_are_counted_not_asked(tmp_path: Path) -> None:
    links: dict[int, list[str]] = {0: ["/a.pdf Biểu A"], -1: []}
    with world(tmp_path, links, {"/a.pdf": document("bieu a" * 20)}) as made:
        registry = tmp_path / "nghe-an.toml"
        whole = registry.read_text(encoding="utf-8")
        registry.write_text(
            "\n".join(line for line in whole.splitlines() if "companions" not in line), encoding="utf-8"
        )
        made.huyen("crawl", "--all")
        assert made.files() == {"a.pdf": ("off_site", 0, "")} and made.site.asked == []
        assert made.site.host in made.huyen("files", "--off-site")
        registry.write_text(whole, encoding="utf-8")
        made.huyen("files", "fetch")
        assert made.files() == {"a.pdf": ("kept", 1, "")}


def test_nothing_is_kept_where_nothing_is_wanted(tmp_path: Path) -> None:
    links: dict[int, list[str]] = {0: ["/a.pdf Biểu A"], -1: []}
    with world(tmp_path, links, {"/a.pdf": document("bieu a" * 20)}) as made:
        made.huyen("crawl", "--all", HUYEN_KEEP="none")
        assert made.site.asked == [] and made.files() == {"a.pdf": ("pending", 0, "")}
        made.register(0, 'keep = ["attachments"]')
        made.huyen("files", "fetch", HUYEN_KEEP="none")
        assert made.files() == {"a.pdf": ("kept", 1, "")}
        made.store.files["/anh-0.png"] = Answer(PNG, 200)
        made.huyen("files", "fetch", "do-luong", "--kind", "images")
        assert made.files()["anh-0.png"] == ("kept", 1, "")
        assert "anh-0.png" in made.huyen("files", "do-luong", "--kind", "images")
        estimated = made.huyen("files", "estimate", "do-luong", "--sample", "0")
        assert "attachment" in estimated and "image" in estimated


def test_two_crawls_ask_a_host_one_after_the_other(tmp_path: Path) -> None:
    links = {0: ["/a.pdf Biểu A", "/b.pdf Biểu B"], -1: ["/c.pdf Biểu C", "/d.pdf Biểu D"]}
    files = {f"/{name}.pdf": document(f"bieu {name} " * 20) for name in "abcd"}
    with world(tmp_path, links, files) as made:
        made.register(DELAY)
        made.store.hold = "/a.pdf"
        first = made.start("crawl", "do-luong")
        assert made.store.reached.wait(120)
        second = made.start("crawl", "yen-thanh")
        assert _logged(made, "is being crawled by process")  # it waits for the host
        made.store.go.set()
        for process in (first, second):
            said, complained = process.communicate(timeout=300)
            assert process.returncode == 0, (said, complained)
        assert set(made.files().values()) == {("kept", 1, "")} and len(made.files()) == 4
        gaps = [after - before for before, after in pairwise(made.store.times)]
        assert min(gaps) > 0.75 * DELAY


def _logged(made: World, words: str) -> bool:
    """Whether a worker's log says so within a minute."""
    for _ in range(600):
        logs = (made.data / "logs").glob("files-*.jsonl")
        if any(words in log.read_text(encoding="utf-8") for log in logs):
            return True
        time.sleep(0.1)
    return False


@pytest.mark.xdist_group("postgresql")
def test_files_are_fetched_into_a_server(tmp_path: Path, postgres_url: str) -> None:
    links: dict[int, list[str]] = {0: ["/a.pdf Biểu A", "/tai-ve?id=3 Tải về"], -1: ["/a.pdf Biểu A"]}
    files = {"/a.pdf": document("bieu a " * 20), "/tai-ve?id=3": WORD}
    with world(tmp_path, links, files) as made:
        made.environment["HUYEN_DATABASE_URL"] = postgres_url
        made.huyen("crawl", "--all")
        told = json.loads(made.huyen("files", "--json"))
        assert {(one["type"], one["status"]) for one in told} == {("pdf", "kept"), ("docx", "kept")}
        made.huyen("verify", "--jobs", "1")
        assert made.huyen("export", "--files").count("Biểu A") == 1
