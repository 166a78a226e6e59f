"""A night for tests: a registry of portals on loopback that wait for the test, and `huyen` as a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Event
from typing import Any

from tests.crawler.site import ROOT, Answer

ARTICLES = 4
_PATIENCE_SECONDS = 40.0  # under DOWNLOAD_TIMEOUT
_WORDS = (
    "Sáng nay, Ủy ban nhân dân huyện tổ chức hội nghị triển khai nhiệm vụ phát triển kinh tế xã hội. " * 8
)


def behind(gate: Event) -> Callable[[str, Mapping[str, str]], Answer]:
    """A portal with one listing of ARTICLES, whose articles come when `gate` is open."""

    def answer(path: str, headers: Mapping[str, str]) -> Answer:
        html = {"Content-Type": "text/html; charset=utf-8"}
        if path == "/tin-tuc":
            links = "".join(
                f'<li><h3><a href="/tin-tuc/hoi-nghi-trien-khai-nhiem-vu-quy-{n}-{1000 + n}.html">'
                f"Hội nghị triển khai nhiệm vụ quý {n} của huyện</a></h3></li>"
                for n in range(ARTICLES)
            )
            return Answer(f"<html><body><h1>Tin tức</h1><ul>{links}</ul></body></html>".encode(), 200, html)
        if not path.startswith("/tin-tuc/"):
            return Answer(b"", 404, html)
        gate.wait(_PATIENCE_SECONDS)
        number = path.rpartition("-")[2].removesuffix(".html")
        head = f"<h1>Hội nghị số {number}</h1><p>Thứ ba, 07/02/2023</p>"
        body = f"<article>{head}<p>{number}. {_WORDS}</p><p>{_WORDS}</p></article>"
        return Answer(f"<html><body>{body}</body></html>".encode(), 200, html)

    return answer


def registry(folder: Path, portals: Mapping[str, str]) -> None:
    """Writes a registry of one province with a district for each name and portal URL."""
    (folder / "registry").mkdir()
    (folder / "registry" / "nghe-an.toml").write_text(
        "".join(
            f'[{name}]\nname = "{name}"\nkind = "huyện"\ncode = "{427 + number}"\n'
            f'[[{name}.portals]]\nurl = "{url}"\nfamily = "generic"\nsections = ["/tin-tuc"]\ndelay = 0\n'
            for number, (name, url) in enumerate(portals.items())
        ),
        encoding="utf-8",
    )


def huyen(folder: Path, *arguments: str, **settings: str) -> subprocess.Popen[str]:
    """`huyen` in `folder`, with nothing of this process's configuration."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HUYEN_")}
    environment |= {"HUYEN_REGISTRY": str(folder / "registry"), "PYTHONPATH": str(ROOT), **settings}
    return subprocess.Popen(
        [sys.executable, "-m", "crawler.cli", *arguments],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def runs(folder: Path) -> list[dict[str, Any]]:
    """The history, newest first; empty while there is no archive."""
    out, _ = huyen(folder, "runs", "--json").communicate(timeout=60)
    return list(json.loads(out)) if out else []


def wait_for(found: Callable[[], Sequence[Any]], seconds: float = 60) -> Any:
    """The first thing that `found` gives, asked again until `seconds` are over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if things := found():
            return things[0]
        time.sleep(0.1)
    raise AssertionError("it did not come")
