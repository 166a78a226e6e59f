"""Two districts that share a file store, on loopback: pages, files, and crawls of them in processes."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fixtures.documents import docx, pdf
from tests.crawler.site import Answer, Site, serve

ROOT = Path(__file__).parents[3]
WHAT = ("đắp đê bao", "trồng rừng phòng hộ", "sửa cầu treo", "mở lớp xóa mù chữ")
WHERE = ("Khe Giao", "Bàu Sen", "Cồn Cỏ", "Rú Chàng")


@dataclass
class Store:
    """What the file store answers: path to answer; `times` of its requests, `held` while it waits."""

    files: dict[str, Answer] = field(default_factory=dict)
    times: list[float] = field(default_factory=list)
    hold: str = ""  # a path that is not answered before `go`
    reached: threading.Event = field(default_factory=threading.Event)
    go: threading.Event = field(default_factory=threading.Event)

    def answer(self, path: str, headers: dict[str, str]) -> Answer:
        self.times.append(time.monotonic())
        if path == self.hold:
            self.reached.set()
            self.go.wait(60)
        found = self.files.get(path, Answer(b"<html><body>404", 404))
        tag = found.headers.get("ETag")
        if tag and headers.get("If-None-Match") == tag:
            return Answer(b"", 304, {"ETag": tag})
        return found


@dataclass
class World:
    """The sites, and what `huyen` says of them."""

    folder: Path
    store: Store
    site: Site
    portals: list[Site]
    links: dict[int, list[str]]
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def register(self, delay: float = 0, more: str = "") -> None:
        """Writes the registry; `more` are further lines of each portal."""
        names = (("do-luong", "Đô Lương", "427"), ("yen-thanh", "Yên Thành", "426"))
        text = "".join(
            f'[{key}]\nname = "{name}"\nkind = "huyện"\ncode = "{code}"\n[[{key}.portals]]\n'
            f'url = "{portal.url}"\nfamily = "generic"\nsections = ["/tin-tuc"]\ndelay = {delay}\n'
            f'companions = ["{self.site.host}"]\n{more}\n'
            for (key, name, code), portal in zip(names, self.portals, strict=True)
        )
        (self.folder / "nghe-an.toml").write_text(text, encoding="utf-8")

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Begins a command in a session of its own."""
        settings = {
            "HUYEN_DATA": str(self.data),
            "HUYEN_REGISTRY": str(self.folder / "nghe-an.toml"),
            "HUYEN_MIN_FREE_MB": "1",
        }
        command = [sys.executable, "-m", "crawler.cli", *arguments]
        return subprocess.Popen(
            command, cwd=ROOT, env=os.environ | settings | self.environment | environment,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip

    def huyen(self, *arguments: str, status: int = 0, **environment: str) -> str:
        """What a command prints; its exit status is checked."""
        process = self.start(*arguments, **environment)
        said, complained = process.communicate(timeout=300)
        assert process.returncode == status, (arguments, said, complained)
        return said

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.data / "archive.db")) as archive:
            return archive.execute(query).fetchall()

    def files(self) -> dict[str, tuple[Any, ...]]:
        """Status, version and reason of each file, by the path of its URL."""
        found = self.rows("SELECT url, status, version, reason FROM files")
        return {url.split("/", 3)[3]: (status, version, reason) for url, status, version, reason in found}

    def pass_days(self, days: int) -> None:
        """Makes what the archive knows of files so much older."""
        with closing(sqlite3.connect(self.data / "archive.db")) as archive, archive:
            for table, columns in {
                "files": ("first_seen_at", "last_seen_at", "looked_at", "next_at"),
                "file_versions": ("fetched_at",),
            }.items():
                times = ", ".join(f"{name} = datetime({name}, '-{days} days')" for name in columns)
                archive.execute(f"UPDATE {table} SET {times}")

    def exported(self) -> list[dict[str, Any]]:
        lines = self.huyen("export", "--format", "jsonl").splitlines()
        return [json.loads(line) for line in lines]


def document(title: str) -> Answer:
    body = pdf(title) + b"% " + title.encode() * 20  # as large as it pays to keep once
    return Answer(body, 200, {"Content-Type": "application/pdf", "ETag": f'"{len(body)}"'})


@contextmanager
def world(folder: Path, links: dict[int, list[str]], files: dict[str, Answer]) -> Iterator[World]:
    """Two portals; article n of the first links to `links[n]` on the store, so does the second's only one to
    `links[-1]`. A link is a path and, behind a space, what it is called.
    """
    store = Store(files)
    with serve(store.answer) as site:

        def portal(numbers: list[int]) -> Any:
            def answer(path: str, headers: dict[str, str]) -> Answer:
                if path in ("/", "/tin-tuc"):
                    rows = "".join(f"<li><a href='{where(n)}'>{title(n)}</a></li>" for n in numbers)
                    return page("Tin tức", f"<h1>Tin tức</h1><ul>{rows}</ul>")
                for n in numbers:
                    if path == where(n):
                        return page(title(n), article(n, links.get(n, []), site.url))
                return Answer(b"<html><body>404", 404)

            return answer

        mine = [n for n in sorted(links) if n >= 0]
        with serve(portal(mine)) as first, serve(portal([-1])) as second:
            made = World(folder, store, site, [first, second], links)
            folder.mkdir(parents=True, exist_ok=True)
            made.register()
            yield made
            store.go.set()


def where(n: int) -> str:
    return f"/tin-tuc/ban-tin-cua-huyen-{4000 + n}.html"


def title(n: int) -> str:
    return f"{WHERE[n % 4]} {WHAT[n % 4]} lần thứ {n + 3}"


def page(head: str, inner: str) -> Answer:
    top = f"<!DOCTYPE html><html><head><meta charset=utf-8><title>{head}</title></head>"
    text = f"{top}<body>{inner}</body></html>"
    return Answer(text.encode(), 200, {"Content-Type": "text/html; charset=utf-8"})


def article(n: int, links: list[str], store: str) -> str:
    told = "".join(
        f"<p>Tuần qua, bà con {WHERE[n % 4]} đã {WHAT[n % 4]} trong {n + 4 + k} buổi với"
        f" {11 * (n + 2 + k)} ngày công; xã hỗ trợ vật tư, còn lại thôn {WHERE[(n + k) % 4]} tự lo.</p>"
        for k in range(4)
    )
    files = "".join(
        f"<p><a href='{store}{path}'>{name}</a></p>"
        for path, _, name in (one.partition(" ") for one in links)
    )
    return (
        f"<h1>{title(n)}</h1><p class='ngay'>Ngày đăng: {n + 5:02}/03/2023</p>"
        f"<div class='noi-dung'>{told}<p><img src='{store}/anh-{n}.png' alt='Lễ ra quân'></p>{files}</div>"
    )


__all__ = ["Answer", "document", "docx", "world"]
