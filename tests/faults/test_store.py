"""Nights whose WARC files go into a store that is away, and where a crawl is killed or an object changed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from uuid import uuid4

import pytest
from fsspec.core import url_to_fs
from sqlalchemy import select

from crawler.cli import main
from storage.database import open_database
from storage.records import article_id
from storage.schema import Capture, File, Shipped
from storage.warc import store
from tests.faults.crawls import DISTRICT, ROOT, Place, Portal, portal
from tests.s3 import BUCKET, environment
from tests.web.serving import serving

pytestmark = pytest.mark.slow

# The end of a night, but it dies when a file stands in the store and the archive does not know it yet.
KILLED = """
import os, signal, sys
from crawler.commands.collect.crawl import _ship
from crawler.config import load
from crawler.terminal.console import opened
from storage.care import shipping
shipping._record = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
_ship(load(), opened(load()), sys.stdout)
"""
PDF = b"%PDF-1.4\n" + b"% trang ky so\n" * 200 + b"%%EOF\n"


def sending(body: bytes, kind: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def send(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", kind)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    return send


def edited(site: Portal, path: str, said: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """The article at `path` with a sentence more and a file."""
    more = f'<p>{said} trong ngày, xã họp với các hộ dân.</p><p><a href="/kem-theo.pdf">Quyết định</a></p>'
    page = site.page(path) or b""
    return sending(page.replace(b"</div></div>", f"{more}</div></div>".encode()), "text/html; charset=utf-8")


@pytest.fixture(params=["file", "s3"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """The variables of a crawl whose store is away, and of one whose store is there."""
    name = uuid4().hex
    if request.param == "s3":
        url = {store.NAME: f"s3://{BUCKET}/{name}"}
        yield environment("http://127.0.0.1:9") | url, request.getfixturevalue("s3") | url
        return
    (tmp_path / "unmounted").write_text("no folder")
    yield (
        {store.NAME: f"file://{tmp_path}/unmounted/{name}"},
        {store.NAME: f"file://{tmp_path}/{name}"},
    )


def test_a_store_that_is_away_a_kill_while_shipping_and_a_changed_object_lose_nothing(
    tmp_path: Path,
    stores: tuple[dict[str, str], dict[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    away, there = stores
    crawl = ("crawler.cli", "crawl", DISTRICT)
    with portal(3) as site:
        first = site.articles()[0]
        place = Place(tmp_path / "archive", site)
        warc = place.folder / "warc"
        site.faults = {
            "/kem-theo.pdf": sending(PDF, "application/pdf"),
            first: edited(site, first, "Lần một"),
        }

        assert place.crawl(*crawl, "--no-files", more=away) == 1
        assert "WARC file" in place.log
        assert "to be shipped" in place.log
        assert len(place.rows()) == 3
        kept = {path.name for path in warc.iterdir()}

        command = [sys.executable, "-c", KILLED]
        died = subprocess.run(
            command, env=place.environment(there), cwd=ROOT, capture_output=True, timeout=60
        )
        assert died.returncode == -9, died.stderr.decode()
        for name, value in place.environment(there).items():
            monkeypatch.setenv(name, value)
        assert len(store.names()) == 1
        assert store.names() == sorted(kept)

        site.faults[first] = edited(site, first, "Lần hai")
        at_once = {**there, "HUYEN_WARC_KEEP_DAYS": "0"}
        assert place.crawl(*crawl, "--full", more=at_once) == 0
        assert [path for path in warc.iterdir() if path.suffix == ".gz"] == []
        with closing(open_database(place.database)) as db, db.reading() as connection:
            shipped = sorted(connection.execute(select(Shipped.file)).scalars())
            used = {*connection.execute(select(Capture.warc_file)).scalars()}
            file = connection.execute(select(File.id)).scalar_one()
        assert shipped == store.names() == sorted(used)
        rows = place.rows()

    capfd.readouterr()
    key = article_id(site.url + first)
    assert main(["verify", "--jobs", "1"]) == 0, capfd.readouterr().out
    assert main(["files", "get", file, "-o", str(tmp_path / "a.pdf")]) == 0
    assert (tmp_path / "a.pdf").read_bytes() == PDF
    assert main(["diff", key]) == 0
    assert "Lần" in capfd.readouterr().out
    with serving(place.database, warc) as web:
        assert "Lần một" in web.get(f"/article/{key}/raw/1").text
        assert web.get(f"/article/{key}/record/1").body.startswith(b"\x1f\x8b")
    again = f"sqlite:///{tmp_path / 'again.db'}"
    monkeypatch.setenv("HUYEN_DATABASE_URL", again)
    assert main(["replay", "--jobs", "1", str(warc)]) == 0
    read, place.database = place.database, again
    assert place.rows() == rows

    monkeypatch.setenv("HUYEN_DATABASE_URL", read)
    files, root = url_to_fs(there[store.NAME])
    name = max(shipped, key=lambda one: files.info(f"{root}/{one}")["size"])
    data = bytearray(files.cat_file(f"{root}/{name}"))
    data[9] ^= 1  # the gzip header's operating system: no record shows it
    files.pipe_file(f"{root}/{name}", bytes(data))
    capfd.readouterr()
    assert main(["verify", "--jobs", "1"]) == 1
    assert name in capfd.readouterr().out
