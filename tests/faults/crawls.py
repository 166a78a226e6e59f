"""A portal that can fail in every way, and crawls of it in processes of their own that can be killed."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import resource
import runpy
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import MappingProxyType
from typing import Any

from storage.articles import frontier
from storage.database import open_database
from storage.export.export import export
from storage.runs import runs

ROOT = Path(__file__).parents[2]
DISTRICT = "ninh-binh.gia-vien"
PAGE = 10  # articles of a listing page
SECONDS = 60.0  # that anything here may take on a busy machine
# When a page was fetched, by which run, and where its record stands: all else must be the same.
APART = (
    "first_seen_at",
    "first_crawled_at",
    "last_seen_at",
    "fetched_at",
    "run_id",
    "warc_file",
    "warc_offset",
    "warc_length",
)
_PLACES = "Gia Hưng, Liên Sơn, Gia Hòa, Gia Vân, Gia Trung, Gia Sinh, Gia Phong, Gia Lạc, Gia Minh".split(
    ", "
)
_WORKS = "đê tả sông Hoàng Long, trạm bơm, đường liên xã, trường mầm non, nhà văn hóa, cầu, chợ".split(", ")


@dataclass
class Portal:
    """A portal of `count` articles on loopback. `faults`: path to what is sent in the place of its page."""

    count: int = 30
    robots: bytes = b"User-agent: *\nDisallow: /admin/\n"
    port: int = 0
    faults: dict[str, Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=dict)
    down_at: int = 0  # the request that is not answered any more, nor any after it; 0: none
    weight: int = 0  # bytes of a page beside its text, such as no compression takes away
    asked: list[str] = field(default_factory=list)
    _server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def up(self) -> None:
        """Serves, on the port that it had before."""
        portal, self.down_at = self, 0

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                portal.asked.append(self.path)
                if len(portal.asked) == portal.down_at:
                    Thread(target=portal.down).start()
                if 0 < portal.down_at <= len(portal.asked):
                    self.connection.close()
                    return
                if fault := portal.faults.get(self.path):
                    fault(self)
                    return
                body, status = portal.page(self.path), 200
                if body is None:
                    body, status = b"not here", 404
                self.send_response(status)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]  # clients are killed here
        self.port = self._server.server_address[1]
        Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def down(self) -> None:
        """Refuses every connection."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def page(self, path: str) -> bytes | None:
        """The page at `path`; None where there is none."""
        if path == "/robots.txt":
            return self.robots
        name, _, number = path.removeprefix("/").partition("?page=")
        if name == "tin-tuc":
            return self._listing(int(number or 1))
        if path in self.articles():
            return _article(self.articles().index(path)) + self._ballast(path)
        return None

    def _ballast(self, path: str) -> bytes:
        return b"<!-- %s -->" % random.Random(path).randbytes(self.weight // 2).hex().encode()

    def articles(self) -> list[str]:
        """The paths of all articles, the newest first."""
        return [f"/huyen-gia-vien-khoi-cong-cong-trinh-moi-{1000 + n}.html" for n in range(self.count)]

    def _listing(self, number: int) -> bytes:
        rows = "".join(
            f'<li><h3><a href="{path}">{_title(n)}</a></h3><span>{_day(n)}</span></li>'
            for n, path in enumerate(self.articles())
            if (number - 1) * PAGE <= n < number * PAGE
        )
        last = -(-self.count // PAGE)
        pager = "".join(f'<a href="/tin-tuc?page={n}">{n}</a> ' for n in range(1, last + 1))
        return _html("Tin tức", f'<ul class="list">{rows}</ul><div class="pagination">{pager}</div>')


def _title(n: int) -> str:
    return f"Huyện Gia Viễn khởi công {_WORKS[n % 7]} thứ {n} tại xã {_PLACES[n % 9]}"


def _day(n: int) -> str:
    return f"{1 + n % 28:02}/{1 + n // 28 % 12:02}/2024"


def _article(n: int) -> bytes:
    place, work = _PLACES[n % 9], _WORKS[n % 7]
    said = (
        f"Sáng nay, UBND huyện Gia Viễn khởi công {work} tại xã {place}, công trình số {n} trong năm.",
        f"Công trình dài {n * 37 + 110} mét, tổng mức đầu tư {n * 3 + 5} tỷ đồng, xã {place} góp một phần.",
        f"Nhà thầu cam kết hoàn thành trong {n % 11 + 4} tháng, có {n * 2 + 15} hộ dân hiến đất làm đường.",
        f"Phát biểu tại buổi lễ, lãnh đạo huyện đề nghị xã {place} giám sát chặt chẽ từng hạng mục thứ {n}.",
    )
    body = "".join(f"<p>{sentence}</p>" for sentence in said)
    head = f'<h1>{_title(n)}</h1><div class="date">Thứ hai, {_day(n)}</div>'
    return _html(_title(n), f'<div class="detail">{head}<div class="content">{body}</div></div>')


def _html(title: str, body: str) -> bytes:
    head = f'<head><meta charset="utf-8"><title>{title}</title></head>'
    return f"<!DOCTYPE html><html>{head}<body>{body}</body></html>".encode()


@contextmanager
def portal(count: int = 30, weight: int = 0) -> Iterator[Portal]:
    """A portal that serves while the context lasts."""
    one = Portal(count, weight=weight)
    one.up()
    try:
        yield one
    finally:
        one.down()


@dataclass
class Process:
    """A running crawl, with the names that subprocess.Popen gives to what is done with one."""

    ran: Any  # multiprocessing's own

    @property
    def pid(self) -> int:
        return int(self.ran.pid)

    def poll(self) -> int | None:
        """Its exit status; None while it runs."""
        return self.ran.exitcode  # type: ignore[no-any-return]

    def wait(self, seconds: float = SECONDS) -> int:
        """Its exit status, when it has ended."""
        self.ran.join(seconds)
        assert self.ran.exitcode is not None, "it did not end"
        return int(self.ran.exitcode)

    def kill(self) -> None:
        self.ran.kill()

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)


@cache
def _loaded() -> Any:
    """Where processes are forked from: one that has loaded what each would load for a second of CPU."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.faults.loaded"])
    return context


def _run(words: list[str], environment: dict[str, str], log: Path, max_file: int) -> None:
    """Does in a process of its own what `python -m WORDS` does there."""
    with log.open("ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    sys.dont_write_bytecode = True  # a bound on files would leave torn ones for others
    if max_file:
        resource.setrlimit(resource.RLIMIT_FSIZE, (max_file, max_file))
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    sys.argv = words
    runpy.run_module(words[0], run_name="__main__", alter_sys=True)


@dataclass
class Place:
    """An archive of a test, and its crawls."""

    folder: Path
    portal: Portal
    database: str = ""
    delay: float = 0.0
    more: str = ""  # lines of the portal's entry

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.database = self.database or f"sqlite:///{self.folder / 'archive.db'}"
        (self.folder / "ninh-binh.toml").write_text(
            f'[gia-vien]\nname = "Gia Viễn"\nkind = "huyện"\ncode = "373"\n[[gia-vien.portals]]\n'
            f'url = "{self.portal.url}"\nfamily = "generic"\nsections = ["/tin-tuc"]\n'
            f"delay = {self.delay}\n{self.more}\n",
            encoding="utf-8",
        )

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    def environment(self, more: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
        """The variables of a process that works on this archive, and `more`."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HUYEN_")}
        return environment | {
            "SCRAPY_SETTINGS_MODULE": "crawler.settings",
            "PYTHONPATH": str(ROOT),
            "HUYEN_DATA": str(self.folder),
            "HUYEN_DATABASE_URL": self.database,
            "HUYEN_REGISTRY": str(self.folder / "ninh-binh.toml"),
            "no_proxy": "127.0.0.1",
            **more,
        }

    def start(
        self, *command: str, max_file: int = 0, more: Mapping[str, str] = MappingProxyType({})
    ) -> Process:
        """Begins `command` (a crawl of the district) with the variables `more`; no file can grow beyond
        `max_file` bytes.
        """
        environment = self.environment(more)
        words = list(command) or ["scrapy", "crawl", DISTRICT]
        ran = _loaded().Process(target=_run, args=(words, environment, self.folder / "log", max_file))
        ran.start()
        return Process(ran)

    def crawl(self, *command: str, max_file: int = 0, more: Mapping[str, str] = MappingProxyType({})) -> int:
        """Its exit status."""
        return self.start(*command, max_file=max_file, more=more).wait(SECONDS)

    def rows(self) -> dict[str, dict[str, Any]]:
        """All columns of every article by its path, but those that differ from crawl to crawl."""
        with closing(open_database(self.database)) as db:
            export(db, self.folder / "export.jsonl", "jsonl")
        lines = (self.folder / "export.jsonl").read_text(encoding="utf-8").splitlines()
        rows = map(json.loads, lines)
        return {
            row["url"].removeprefix(self.portal.url): {k: row[k] for k in row if k not in APART}
            for row in rows
        }

    def runs(self) -> list[dict[str, Any]]:
        """Its runs, the newest first."""
        with closing(open_database(self.database)) as db:
            return [run.as_json() for run in runs.listed(db)]

    def pending(self) -> list[str]:
        """The paths that wait in the frontier."""
        with closing(open_database(self.database)) as db:
            found = frontier.pending(db, self.portal.url)
        return [str(entry.request["url"]).removeprefix(self.portal.url) for entry in found]


def wait_until(true: Callable[[], bool]) -> None:
    """Waits for something that another process or thread does."""
    end = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.005)
