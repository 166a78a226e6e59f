"""`huyen read URL` obeys what a crawl obeys, against real servers, and says what a file is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from crawler.fetch.hosts import is_internal
from crawler.reread.filetypes import not_a_page
from tests.crawler import certificates
from tests.crawler.site import ROOT, Answer, serve

HTML = {"Content-Type": "text/html; charset=utf-8"}
PAGE = (
    "<html><head><title>Huyện mở lớp bơi cho trẻ em</title></head><body><article>"
    "<h1>Huyện mở lớp bơi cho trẻ em</h1>"
    + "<p>Trung tâm văn hóa huyện cho biết lớp học kéo dài sáu tuần, dạy vào các buổi chiều.</p>" * 6
    + "</article></body></html>"
).encode()
# Runs the command with shorter patience: the limits themselves are a crawl's.
SHORT = """
import sys
from crawler.reread import onepage
onepage._FETCHING["DOWNLOAD_TIMEOUT"] = 2
from crawler.cli import main
sys.exit(main(sys.argv[1:]))
"""


def registry(folder: Path, url: str, more: str = "") -> None:
    (folder / "registry").mkdir(exist_ok=True)
    (folder / "registry" / "nghe-an.toml").write_text(
        f'[do-luong]\nname = "Đô Lương"\nkind = "huyện"\ncode = "427"\n[[do-luong.portals]]\n'
        f'url = "{url}"\nfamily = "generic"\ndelay = 0\n{more}\n',
        encoding="utf-8",
    )


def read(folder: Path, *arguments: str, code: str = SHORT, **env: str) -> tuple[int, dict[str, Any], str]:
    """Status, the JSON on standard output, and standard error of `huyen read --json`."""
    if not (folder / "registry").exists():
        registry(folder, "https://doluong.test")
    done = subprocess.run(
        [sys.executable, "-c", code, "read", "--json", *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HUYEN_REGISTRY": str(folder / "registry")}
        | env,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert not (folder / "data").exists(), "reading keeps nothing"
    return done.returncode, json.loads(done.stdout), done.stderr


def refused(answer: tuple[int, dict[str, Any], str], *words: str) -> None:
    """Fails unless the answer is {"error": …} with `words`, status 1, and the same in one line."""
    status, said, err = answer
    assert status == 1
    assert set(said) == {"error"}
    assert [word for word in words if word not in said["error"]] == []
    assert err == f"huyen: {said['error']}\n"


@pytest.mark.slow
def test_a_page_of_a_registered_portal_is_read_after_its_robots_txt(tmp_path: Path) -> None:
    with serve(lambda path, _: Answer(PAGE, headers=HTML)) as site:
        registry(tmp_path, site.url)
        status, said, err = read(tmp_path, f"{site.url}/tin/lop-boi.html")
        assert site.paths() == ["/robots.txt", "/tin/lop-boi.html"]
        assert site.asked[1][1]["User-Agent"].startswith("huyen/")
    assert (status, err) == (0, "")
    assert (said["title"], said["district_id"]) == ("Huyện mở lớp bơi cho trẻ em", "nghe-an.do-luong")


@pytest.mark.slow
def test_robots_txt_is_obeyed(tmp_path: Path) -> None:
    rules = Answer(b"User-agent: huyen\nDisallow: /noi-bo/\n", headers={"Content-Type": "text/plain"})
    with serve(lambda path, _: rules if path == "/robots.txt" else Answer(PAGE, headers=HTML)) as site:
        registry(tmp_path, site.url)
        refused(read(tmp_path, f"{site.url}/noi-bo/lop-boi.html"), "/noi-bo/lop-boi.html", "robots.txt")
        assert site.paths() == ["/robots.txt"]


@pytest.mark.slow
@pytest.mark.parametrize("url", ["http://127.0.0.1:{port}/", "http://localhost:{port}/", "http://[::1]:9/"])
def test_a_private_address_that_the_registry_does_not_name_is_not_asked(tmp_path: Path, url: str) -> None:
    with serve(lambda path, _: Answer(PAGE, headers=HTML)) as site:
        refused(read(tmp_path, url.format(port=site.url.rpartition(":")[2])), "private address")
        assert site.asked == []


@pytest.mark.slow
def test_a_page_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    endless = {"Content-Type": "text/html", "Content-Length": str(40 * 2**20)}
    with serve(lambda path, _: Answer(b"x", headers=endless if path != "/robots.txt" else HTML)) as site:
        registry(tmp_path, site.url)
        refused(read(tmp_path, f"{site.url}/tin/lon.html"), "larger")


@pytest.mark.slow
def test_another_site_is_not_followed_and_is_named(tmp_path: Path) -> None:
    with (
        serve(lambda path, _: Answer(PAGE, headers=HTML)) as other,
        serve(lambda path, _: Answer(status=302, headers={"Location": f"{other.url}/moi.html"})) as site,
    ):
        registry(tmp_path, site.url)
        refused(read(tmp_path, f"{site.url}/tin/cu.html"), f"{other.url}/moi.html", "another host")
        assert other.asked == []


@pytest.mark.slow
def test_an_answer_that_does_not_end_is_given_up(tmp_path: Path) -> None:
    def answer(path: str, _: dict[str, str]) -> Answer:
        if path != "/robots.txt":
            time.sleep(6)
        return Answer(PAGE, headers=HTML)

    with serve(answer) as site:
        registry(tmp_path, site.url)
        refused(read(tmp_path, f"{site.url}/tin/cham.html"), "in time")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("entry", "passes"), [('tls = "allow-expired"', True), ("", False), ('tls = "legacy"', False)]
)
def test_a_certificate_is_judged_as_the_registry_says(tmp_path: Path, entry: str, passes: bool) -> None:
    root = certificates.authority(tmp_path)
    with serve(lambda path, _: Answer(PAGE, headers=HTML), certificates.context(tmp_path, days=-1)) as site:
        registry(tmp_path, site.url, entry)
        answer = read(tmp_path, f"{site.url}/tin/lop-boi.html", SSL_CERT_FILE=str(root))
        if passes:
            assert answer[0] == 0
        else:
            refused(answer, "certificate", "expired")


@pytest.mark.slow
def test_a_pdf_says_what_it_is_and_what_to_do(tmp_path: Path) -> None:
    pdf = b"%PDF-1.4\n" + b"0" * 2_300_000
    with serve(lambda path, _: Answer(pdf, headers={"Content-Type": "application/pdf"})) as site:
        registry(tmp_path, site.url)
        status, said, _ = read(tmp_path, f"{site.url}/van-ban/so-12.pdf")
    assert (status, said["reason"]) == (1, "no_html")
    assert "so-12.pdf is a PDF file (application/pdf, 2.3 MB)" in said["error"]
    assert "the article that links to it" in said["error"]


@pytest.mark.slow
def test_a_saved_page_is_read_without_loading_the_downloader(tmp_path: Path) -> None:
    (tmp_path / "trang.html").write_bytes(PAGE)
    code = SHORT.replace(
        "sys.exit(main(sys.argv[1:]))", "main(sys.argv[1:]); sys.exit('twisted' in sys.modules)"
    )
    status, said, _ = read(tmp_path, "trang.html", code=code)
    assert (status, said["title"]) == (0, "Huyện mở lớp bơi cho trẻ em")


@pytest.mark.parametrize(
    ("body", "kind", "expected"),
    [
        (b"%PDF-1.7 ...", "", "a PDF file (12 bytes)"),
        (b"%PDF-1.7 ...", "text/html", "a PDF file (text/html, 12 bytes)"),
        (b"PK\x03\x04" + b"0" * 14_000, "application/octet-stream", "a ZIP file (or DOCX, XLSX, PPTX) (appl"),
        (b"\xff\xd8\xff\xe0", "image/jpeg", "a JPEG picture (image/jpeg, 4 bytes)"),
        (b"{}", "application/json", "a file (application/json, 2 bytes)"),
        (b"<html>", "text/html; charset=utf-8", None),
        (b"<?xml version='1.0'?><html>", "application/xhtml+xml", None),
        (b"<p>PK and %PDF- are words here", "", None),
        (b"", "", None),
    ],
)
def test_what_a_file_is(body: bytes, kind: str, expected: str | None) -> None:
    found = not_a_page(body, {"content-type": kind} if kind else {})
    assert found == expected or (found and expected and found.startswith(expected))


@pytest.mark.parametrize(
    ("host", "internal"),
    [
        ("127.0.0.1 10.0.0.8 ::1 may-chu.local localhost", True),
        ("8.8.8.8 doluong.nghean.gov.vn localhost.gov.vn", False),
    ],
)
def test_what_only_a_registry_may_name(host: str, internal: bool) -> None:
    assert {is_internal(one) for one in host.split()} == {internal}
