"""What reading many portals again costs: in processes that read, in those that keep, and in the database.

Usage: python benchmarks/scale.py [--portals N] [--pages M] [--jobs J] [--keepers 1,2] [--ways pool,dask]
       [--databases sqlite,postgresql] [--rounds R] [--json]
WARC files of N portals with M articles of 80 KB each are made; one article of twenty is a copy of another
portal's. In turn `huyen replay` reads them into an empty archive, with J reading processes and each number
of keepers, with the pool and with the machines of a dask cluster (one here, of J processes). CPU seconds are
what /proc says of each process shortly before its end: `keeps` of those that write, `reads` of those that
read, `serves` of PostgreSQL, `deals` of dask's scheduler, nanny and worker with their start. `bound` is how
often faster any number of reading cores could make it: all CPU of huyen over that of the busiest process
that writes. Of the rounds the one with the least CPU counts.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import texts  # noqa: E402  below the path of the project
from benchmarks.pages import pages  # noqa: E402

PORTAL = "do-luong-wp"
COPIED = 20  # one of so many articles is the copy of one of the portal before
FIRST = datetime(2026, 6, 2, tzinfo=UTC)
ENTRY = """[h{n:02}]
name = "Huyện {n}"
kind = "huyện"
code = "{code}"
[[h{n:02}.portals]]
url = "http://h{n:02}.test"
family = "wordpress"
"""
_COMMAND = "import sys; from crawler.cli import main; sys.exit(main(sys.argv[1:]))"
_CLUSTER = """
import sys
import dask
from distributed import LocalCluster
if __name__ == "__main__":
    with (
        dask.config.set({"distributed.worker.daemon": False}),
        LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as machines,
    ):
        print(machines.scheduler_address, flush=True)
        sys.stdin.read()
"""
_TICKS = os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--portals", type=int, default=4)
    parser.add_argument("--pages", type=int, default=250)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keepers", default="1,2")
    parser.add_argument("--ways", default="pool,dask")
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    figures: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder, _databases(asked.databases) as databases:
        data = Path(folder)
        made(data, asked.portals, asked.pages)
        cases = [
            (database, way, keepers)
            for database in databases
            for way in asked.ways.split(",")
            for keepers in map(int, asked.keepers.split(","))
            if keepers == 1 or database != "sqlite"
        ]
        for round_ in range(asked.rounds):
            for database, way, keepers in cases:
                url = databases[database](f"{way}{keepers}x{round_}")
                cost = replayed(data, url, asked.jobs, keepers, way)
                cost["pages_a_reading_core"] = asked.portals * asked.pages / cost["reads"]
                cost["pages_a_keeper"] = asked.portals * asked.pages / cost["keeps"]
                name = f"{database} {way} {keepers}"
                if name not in figures or cost["cpu"] < figures[name]["cpu"]:
                    figures[name] = cost
                if not asked.json:
                    print(f"{name:<20}" + "  ".join(f"{k} {v:.2f}" for k, v in cost.items()), flush=True)
    if asked.json:
        print(json.dumps(figures, indent=2))
    for name, cost in figures.items():
        if (pool := figures.get(name.replace("dask", "pool"))) and "dask" in name and not asked.json:
            print(f"ratio: {name} takes {cost['cpu'] / pool['cpu']:.3f} of the CPU of the pool")


def made(data: Path, portals: int, count: int) -> None:
    """Writes the registry and the WARC files of `portals` with `count` articles each."""
    from storage.warc.captures import Exchange
    from storage.warc.writer import PAGES, WarcWriter

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / f"{PORTAL}.toml").write_text(texts.toml(PORTAL, portals * count), encoding="utf-8")
        found = [page for _, page in pages(PORTAL, folder=Path(folder))]
    entries = (ENTRY.format(n=n, code=f"{900 + n}") for n in range(portals))
    (data / "nghe-an.toml").write_text("".join(entries), encoding="utf-8")
    for n in range(portals):
        origin, district = f"http://h{n:02}.test", f"nghe-an.h{n:02}"
        with WarcWriter(data / "warc", district, {"description": PAGES}) as warc:
            for m in range(count):
                page = found[(max(n - 1, 0) if m % COPIED == 0 else n) * count + m]
                url = f"{origin}/bai-so-{m}.html"
                body = page.body.replace(f"http://{PORTAL}.test".encode(), origin.encode())
                at = FIRST + timedelta(minutes=m)
                note = {"asked": url, "page": url, "district": district, "portal": origin}
                headers = [(b"Content-Type", b"text/html; charset=utf-8")]
                warc.write(Exchange(url, 200, headers, body, at), page=note)


def replayed(data: Path, url: str, jobs: int, keepers: int, way: str) -> dict[str, float]:
    """The CPU seconds of one replay into the empty archive at `url`, by what they are spent on."""
    with tempfile.TemporaryDirectory(dir=data) as folder:
        (Path(folder) / "warc").symlink_to(data / "warc")
        environment = {**os.environ, "HUYEN_DATA": folder, "HUYEN_REGISTRY": str(data / "nghe-an.toml")}
        environment |= {
            "HUYEN_DATABASE_URL": url or f"sqlite:///{folder}/archive.db",
            "PYTHONPATH": str(ROOT),
        }
        with _cluster(environment) if way == "dask" else _none() as (cluster, address):
            command = [sys.executable, "-c", _COMMAND, "replay", "--jobs", str(jobs)]
            command += ["--keepers", str(keepers)] if keepers > 1 else []
            command += ["--scheduler", address] if address else []
            begun = time.monotonic()
            with (Path(folder) / "log").open("wb") as log:
                process = subprocess.Popen(
                    [*command, f"{folder}/warc"], env=environment, stdout=log, stderr=log, text=False
                )
                used, parents = _watched(process, cluster)
            if process.returncode:
                raise SystemExit((Path(folder) / "log").read_text()[-2000:])
    return _told(used, parents, process.pid, cluster, keepers) | {"clock": time.monotonic() - begun}


def _told(
    used: dict[int, float], parents: dict[int, int], main: int, cluster: int, keepers: int
) -> dict[str, float]:
    """Sums up the CPU seconds of processes by what they are: see the module."""
    below = {one for one in used if _above(one, main, parents)}
    keeping = {one for one in below if parents[one] == main and keepers > 1} | {main}
    deals = {one for one in used if one == cluster or _above(one, cluster, parents)} if cluster else set()
    # A reader of a machine is a child of dask's worker, which is a child of the nanny's process.
    far = {one for one in deals if parents.get(parents.get(one, 0), 0) == cluster}
    reads = (below - keeping) | far
    total = {
        "keeps": sum(used[one] for one in keeping),
        "busiest": max(used[one] for one in keeping),
        "reads": sum(used[one] for one in reads),
        "deals": sum(used[one] for one in deals - far),
    }
    total["cpu"] = total["keeps"] + total["reads"] + total["deals"]
    return total | {"bound": total["cpu"] / total["busiest"], "serves": used.get(0, 0.0)}


def _above(one: int, top: int, parents: dict[int, int]) -> bool:
    while one in parents and one != top:
        one = parents[one]
        if one == top:
            return True
    return False


def _watched(process: subprocess.Popen[bytes], cluster: int) -> tuple[dict[int, float], dict[int, int]]:
    """Returns the CPU seconds of `process`, of the `cluster` and of all below them, and who began whom.

    Under 0 stands what PostgreSQL used meanwhile.
    """
    used: dict[int, float] = {}
    parents: dict[int, int] = {}
    before: Counter[int] = Counter()
    server: dict[int, float] = {}
    first = True
    while first or process.poll() is None:
        for pid, parent, name, cpu in _processes():
            if name == "postgres" and (parent == os.getpid() or parent in server):
                before.setdefault(pid, cpu if first else 0)  # type: ignore[arg-type]
                server[pid] = cpu - before[pid]
            elif pid in (process.pid, cluster) or parent in used:
                used[pid], parents[pid] = cpu, parent
        first = False
        time.sleep(0.1)
    return used | {0: sum(server.values())}, parents


def _processes() -> Iterator[tuple[int, int, str, float]]:
    for path in sorted(Path("/proc").glob("[0-9]*"), key=lambda one: int(one.name)):
        try:
            told = (path / "stat").read_text()
        except OSError:
            continue
        name, _, rest = told.partition("(")[2].rpartition(")")[0], *told.rpartition(")")[1:]
        fields = rest.split()
        yield int(path.name), int(fields[1]), name, (int(fields[11]) + int(fields[12])) / _TICKS


@contextmanager
def _databases(names: str) -> Iterator[dict[str, Any]]:
    found: dict[str, Any] = {}
    if "sqlite" in names:
        found["sqlite"] = lambda name: ""
    if "postgresql" not in names:
        yield found
        return
    import psycopg

    from tests.postgres import server

    with server(100) as url:

        def made(name: str) -> str:
            admin = url.replace("postgresql+psycopg", "postgresql")
            with psycopg.connect(f"{admin}/postgres", autocommit=True) as connection:
                connection.execute(f'CREATE DATABASE "scale{name}"')
            return f"{url}/scale{name}"

        yield found | {"postgresql": made}


@contextmanager
def _none() -> Iterator[tuple[int, str]]:
    yield 0, ""


@contextmanager
def _cluster(environment: dict[str, str]) -> Iterator[tuple[int, str]]:
    with tempfile.NamedTemporaryFile("w", suffix=".py") as script:
        script.write(_CLUSTER)
        script.flush()
        with subprocess.Popen(
            [sys.executable, script.name],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as cluster:
            assert cluster.stdin and cluster.stdout
            try:
                yield cluster.pid, cluster.stdout.readline().strip()
            finally:
                cluster.stdin.close()


if __name__ == "__main__":
    main()
