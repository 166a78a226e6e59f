"""The application on a socket of its own, over an archive of a few articles."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn

from storage.articles.queries import sync_registry
from storage.database import Database
from storage.readonly import open_readonly
from storage.records import DocumentNamed, Mention
from storage.warc.captures import Exchange
from storage.warc.writer import WarcWriter
from tests.storage.making import DISTRICTS, PORTAL, article, at, capture, keep
from web.server import Listening, opened, settings

HTML = "<!doctype html><script>document.title = 'owned'</script><h1>Hội nghị xóm Đông</h1>".encode()
HOSTILE = "<script>document.title='owned'</script>"


@dataclass(frozen=True)
class Answer:
    """What the application answered."""

    status: int
    headers: Any
    body: bytes

    @property
    def text(self) -> str:
        """The body as UTF-8."""
        return self.body.decode()

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Web:
    """Asks the application on `base`."""

    base: str

    def get(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """Returns the answer to one request, whatever its status; redirects are not followed."""
        request = urllib.request.Request(
            self.base + path,
            method=method,
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )
        opener = urllib.request.build_opener(_Stay)
        try:
            with opener.open(request, timeout=30) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.headers, error.read())


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Follows nothing."""


@contextmanager
def serving(url: str, warc: Path, seconds: float | None = 30.0, viewer: Path | None = None) -> Iterator[Web]:
    """Serves the archive at `url` for the block, with the `viewer` of captured pages where one is given."""
    with closing(open_readonly(url, seconds)) as database, closing(open_readonly(url)) as patient:
        app, sockets = opened(database, patient, warc, Listening("127.0.0.1", 0, viewer=viewer))
        server = uvicorn.Server(settings(app))
        thread = threading.Thread(target=server.run, args=(sockets,), daemon=True)
        thread.start()
        while not server.started:
            thread.join(0.01)
            assert thread.is_alive()
        try:
            yield Web(f"http://127.0.0.1:{sockets[0].getsockname()[1]}")
        finally:
            server.should_exit = True
            thread.join()


def fill(db: Database, warc: Path) -> dict[str, str]:
    """Keeps 25 articles of two districts, one of two versions, a copy, a hostile one; returns ids by name."""
    with WarcWriter(warc, "nghe-an.do-luong", {}) as writer:
        ref = writer.write(Exchange(f"{PORTAL}/hop", 200, ((b"Content-Type", b"text/html"),), HTML, at(1)))
    dated = {"published_at": "2023-10-26", "published_precision": "day", "published_source": "visible"}
    told = {"title": "Hội nghị xóm Đông", "lead": "Xóm Đông họp.", "published_raw": "26/10/2023", **dated}
    plan = ({"url": f"{PORTAL}/a.pdf", "title": "Kế hoạch", "type": "pdf"},)
    named = {
        "mentions": (Mention("commune:17662", "title", 9, 17, "kind"),),
        "documents": (DocumentNamed("body", 0, 9, "45/KH-UBND", "state", "45", "KH-UBND", "Kế hoạch"),),
    }
    body = ("Đê sông được đắp.", "Xuất khẩu gạo.")
    meeting = article("hop", 1, body=body, capture=ref, attachments=plan, **named, **told)
    edited = article("hop", 60, body=("Đê sông đã đắp xong.", body[1]), attachments=plan, **told)
    copied = article(
        "chep", 2, title="Đắp đê", published_at="2023-11", published_precision="month", exact="e" * 16
    )
    again = article(
        "chep-lai", 3, title="Đắp đê", published_at="2023-12-01", published_precision="day", exact="e" * 16,
        district_id="ninh-binh.gia-vien",
    )  # fmt: skip
    hostile = article(
        "doc", 4, title=f"Tin {HOSTILE}", body=(f"Nội dung {HOSTILE} \u202e đảo", "đề nghị"),
        images=({"url": "javascript:document.title='owned'", "caption": HOSTILE, "alt": ""},), author=HOSTILE,
    )  # fmt: skip
    many = [
        article(f"tin-{n}", 5 + n, published_at=f"2022-{1 + n % 12:02}-15", published_precision="day")
        for n in range(21)
    ]
    sync_registry(db, DISTRICTS)
    keep(db, [meeting, copied, again, hostile, *many], [capture("hop", 1, ref=ref)])
    keep(db, [edited])
    names = {"meeting": meeting, "copied": copied, "again": again, "hostile": hostile, "plain": many[0]}
    return {name: one.id for name, one in names.items()}
