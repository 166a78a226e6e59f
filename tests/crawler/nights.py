"""Nights of one portal: a registry of its own, and crawls of it by Scrapy's command line."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from storage.database import Database, open_database
from storage.runs import runs

ROOT = Path(__file__).parents[2]
SYLLABLES = (
    "huyện xã thôn bản đường cầu trường lớp học sinh nông dân lúa ngô rừng đồi sông suối chợ hội nghị "
    "đại biểu kế hoạch nhiệm vụ kết quả phát triển kinh tế văn hóa xã hội an ninh quốc phòng đầu tư "
    "xây dựng công trình vốn ngân sách hộ nghèo giảm tăng sản lượng vụ đông xuân mùa chăn nuôi trâu "
    "bò lợn gà thủy lợi kênh mương điện nước sạch trạm y tế bác sĩ tiêm chủng lễ hội đình chùa thể "
    "thao bóng chuyền đoàn viên thanh niên phụ nữ "
).split()


class Nights:
    """The archive of a portal at `url`; `settings` are further lines of its table in the registry."""

    def __init__(self, folder: Path, url: str, settings: str = 'family = "generic"\ndelay = 0') -> None:
        self.data, self.registry = folder / "data", folder / "nghe-an.toml"
        self.url = url
        folder.mkdir(parents=True, exist_ok=True)
        self.register(settings)
        self.environment = os.environ | {
            "HUYEN_DATA": str(self.data),
            "HUYEN_REGISTRY": str(self.registry),
            "SCRAPY_SETTINGS_MODULE": "crawler.settings",
        }

    def register(self, settings: str) -> None:
        """Writes the registry anew, with these settings."""
        head = '[do-luong]\nname = "Đô Lương"\nkind = "huyện"\ncode = "427"\n[[do-luong.portals]]\n'
        self.registry.write_text(f'{head}url = "{self.url}"\n{settings}\n', encoding="utf-8")

    def start(self, *options: str, **environment: str) -> subprocess.Popen[str]:
        """Begins a crawl."""
        command = [sys.executable, "-m", "scrapy", "crawl", "nghe-an.do-luong", *options]
        pipes: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen(command, cwd=ROOT, env=self.environment | environment, **pipes)

    def crawl(self, *options: str, **environment: str) -> dict[str, Any]:
        """Crawls once; the record of the run."""
        _, said = self.start(*options, **environment).communicate(timeout=900)
        assert "Traceback" not in said, said[-3000:]
        return self.latest()

    def database(self) -> Database:
        return open_database(f"sqlite:///{self.data / 'archive.db'}")

    def pass_days(self, days: int) -> None:
        """Makes all that the archive holds so much older."""
        times = {
            "articles": ("first_seen_at", "last_seen_at"),
            "versions": ("fetched_at",),
            "captures": ("fetched_at",),
            "runs": ("started_at", "finished_at"),
        }
        with closing(sqlite3.connect(self.data / "archive.db")) as archive, archive:
            for table, columns in times.items():
                set_ = ", ".join(f"{name} = datetime({name}, '-{days} days')" for name in columns)
                archive.execute(f"UPDATE {table} SET {set_}")

    def latest(self) -> dict[str, Any]:
        """The newest run."""
        db = self.database()
        try:
            return runs.listed(db)[0].as_json()
        finally:
            db.close()


def article(number: int, day: date, body: str | None = None) -> bytes:
    """A small article page that tells another story than all others."""
    rng = random.Random(number)
    told = [" ".join(rng.choices(SYLLABLES, k=40)).capitalize() + "." for _ in range(2)]
    text = "".join(f"<p>{paragraph}</p>" for paragraph in told) if body is None else body
    return (
        f"<html><head><title>Bài {number}</title></head><body><h1>{title(number)}</h1>"
        f"<div class='date'>Ngày đăng: {day:%d/%m/%Y}</div><div class='content'>{text}</div></body></html>"
    ).encode()


def title(number: int) -> str:
    return f"UBND huyện tổ chức hội nghị giao ban thường kỳ lần thứ {number} tại xã {number % 97}"


def path(number: int) -> str:
    return f"/tin-tuc/ubnd-huyen-to-chuc-hoi-nghi-giao-ban-{1000 + number}.html"


def listing(numbers: Sequence[int], further: str = "", head: str = "") -> bytes:
    """A page that lists articles, and `further` links."""
    rows = "".join(f"<li><h3><a href='{path(n)}'>{title(n)}</a></h3></li>" for n in numbers)
    return f"<html><head>{head}</head><body><ul class='list'>{rows}</ul>{further}</body></html>".encode()
