"""What one night by three machines makes of 60 portals, with and without the death of one of them.

Usage: python benchmarks/shared.py [--portals N] [--machines N] [--json]
The machines are processes with data folders and host names of their own (unshare, of util-linux). They share
an archive in a PostgreSQL server that this script starts. In the first night nobody dies. In the second,
machine 1 and all its processes get SIGKILL as soon as it has crawled a few portals. Goals: in the first night
each portal is crawled exactly once; of the dead machine's portals, each is taken up within 120 seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from storage.database import open_database
from storage.runs import runs
from tests import postgres

ROOT = Path(__file__).parents[1]
ARTICLES = 6
DELAY = 0.5  # seconds between two requests: a portal takes some five seconds, so that a death meets crawls
_TEXT = "Chiều nay, Ủy ban nhân dân huyện họp bàn về việc nạo vét kênh mương trước mùa mưa và giao việc. " * 6


class _Portal(BaseHTTPRequestHandler):
    """One of the portals, by the address that is asked: a listing and its articles."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        host = str(self.headers.get("Host", ""))
        body, status = self._answer(host), 200
        if body is None:
            body, status = b"", 404
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _answer(self, host: str) -> bytes | None:
        if self.path == "/tin-tuc":
            links = "".join(
                f'<li><a href="/tin-tuc/nao-vet-kenh-muong-dot-{n}-{n + 500}.html">'
                f"Nạo vét kênh mương đợt {n} trước mùa mưa</a></li>"
                for n in range(ARTICLES)
            )
            return f"<html><body><h1>Tin tức</h1><ul>{links}</ul></body></html>".encode()
        if not self.path.startswith("/tin-tuc/"):
            return None
        number = self.path.rpartition("-")[2].removesuffix(".html")
        head = f"<h1>Nạo vét kênh mương, bài {number} của {host}</h1><p>Thứ ba, 07/02/2023</p>"
        return (
            f"<html><body><article>{head}<p>{host} {_TEXT}</p><p>{_TEXT}</p></article></body></html>".encode()
        )

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def portals(count: int) -> Iterator[list[str]]:
    """Serves `count` portals, each on a loopback address of its own; yields their URLs."""
    server = ThreadingHTTPServer(("", 0), _Portal)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield [f"http://127.0.7.{n + 1}:{server.server_port}" for n in range(count)]
    finally:
        server.shutdown()
        server.server_close()


def registry(folder: Path, urls: list[str]) -> Path:
    """Writes a registry of one district a portal; returns its file."""
    path = folder / "nghe-an.toml"
    path.write_text(
        "".join(
            f'[d{n:02}]\nname = "Huyện {n}"\nkind = "huyện"\ncode = "{400 + n}"\n[[d{n:02}.portals]]\n'
            f'url = "{url}"\nfamily = "generic"\nsections = ["/tin-tuc"]\ndelay = {DELAY}\n'
            for n, url in enumerate(urls)
        ),
        encoding="utf-8",
    )
    return path


def machine(number: int, folder: Path, environment: Mapping[str, str]) -> subprocess.Popen[str]:
    """Starts a machine's part: a session of its own, with all its crawls."""
    data = folder / f"machine-{number}"
    command = [sys.executable, "-m", "crawler.cli", "crawl", "--all", "--shared", "--json", "--no-files"]
    own = ["unshare", "--uts", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"])]
    command = [*own, "/bin/sh", "-c", f'hostname machine-{number} && exec "$@"', "sh", *command]
    out = (folder / f"machine-{number}.out").open("w")
    err = (folder / f"machine-{number}.err").open("w")
    return subprocess.Popen(
        command, cwd=ROOT, env={**environment, "HUYEN_DATA": str(data)}, stdout=out, stderr=err,
        start_new_session=True, text=True,
    )  # fmt: skip


def night(folder: Path, environment: Mapping[str, str], count: int, *, kill: bool) -> dict[str, Any]:
    """Runs one night of `count` machines; returns what came of it."""
    url = environment["HUYEN_DATABASE_URL"]
    before = _last(url)
    began = time.monotonic()
    processes = [machine(n + 1, folder, environment) for n in range(count)]
    killed_at, left = None, set()
    if kill:
        while killed_at is None:
            time.sleep(0.2)
            its = [run for run in _runs(url, before) if run.host == "machine-1"]
            if sum(bool(run.verdict) for run in its) >= 3 and not all(run.verdict for run in its):
                for pid in [*_below(processes[0].pid), processes[0].pid]:
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                killed_at = time.time()
                its = [run for run in _runs(url, before) if run.host == "machine-1"]
                left = {run.portal for run in its if not run.verdict}
    for process in processes:
        process.wait()
    found = _runs(url, before)
    by_portal = Counter(run.portal for run in found)
    summaries = [
        json.loads(text)
        for n in range(count)
        if (text := (folder / f"machine-{n + 1}.out").read_text()).startswith("{")
    ]
    again = [
        run.started_at.timestamp() - killed_at
        for run in found
        if killed_at is not None and run.portal in left and run.started_at.timestamp() > killed_at
    ]
    return {
        "seconds": round(time.monotonic() - began, 1),
        "runs": len(found),
        "portals": len(by_portal),
        "crawled_once": sum(n == 1 for n in by_portal.values()),
        "machines": Counter(run.host for run in found),
        "verdicts": Counter(str(run.verdict) for run in found),
        "left_by_the_dead": len(left),
        "taken_up": len(again),
        "taken_up_within": round(max(again), 1) if again else None,
        "told_by": sum(bool(one.get("closed_here")) for one in summaries),
        "status": [process.returncode for process in processes],
    }


def _below(pid: int) -> list[int]:
    """The processes below `pid`, the youngest first."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            children.setdefault(int(stat.read_text().rpartition(")")[2].split()[1]), []).append(
                int(stat.parent.name)
            )
    found = [pid]
    for one in found:
        found += children.get(one, [])
    return found[:0:-1]


def _runs(url: str, after: int) -> list[Any]:
    database = open_database(url)
    try:
        return [run for run in runs.listed(database, limit=1000) if (run.id or 0) > after]
    finally:
        database.close()


def _last(url: str) -> int:
    return max((run.id or 0 for run in _runs(url, 0)), default=0)


def main() -> None:
    """Prints what came of the quiet night and of the one in which a machine dies."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--portals", type=int, default=60)
    parser.add_argument("--machines", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="print JSON alone")
    options = parser.parse_args()
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HUYEN_")}
    with (
        postgres.server(200) as server,
        portals(options.portals) as urls,
        tempfile.TemporaryDirectory() as place,
    ):
        folder = Path(place)
        environment = clean | {
            "HUYEN_DATABASE_URL": postgres.new_database(server, "shared"),
            "HUYEN_REGISTRY": str(registry(folder, urls)),
            "PYTHONPATH": str(ROOT),
        }
        rows = {name: night(folder, environment, options.machines, kill=name == "a death")
                for name in ("quiet", "a death")}  # fmt: skip
    if options.json:
        print(json.dumps(rows, indent=2))
        return
    for name, row in rows.items():
        print(name)
        for key, value in row.items():
            print(f"  {key.replace('_', ' ')}: {dict(value) if isinstance(value, Counter) else value}")


if __name__ == "__main__":
    main()
