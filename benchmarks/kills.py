"""How a crawl outlives kill -9: killed at random instants again and again, then left to end, it must have the
archive of a crawl that nobody disturbed, for hardly more requests.

Usage: python benchmarks/kills.py [--kills 50] [--articles 300] [--database sqlite|postgresql|both]
Prints, for each database, what differs and what it cost; ends with 1 where a goal is missed.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import texts
from benchmarks.crawl import DISTRICT, REGISTRY, ROOT
from fixtures import server as fixture
from storage.database import open_database
from storage.export.export import export
from storage.runs import runs
from tests import postgres

PORTAL = "do-luong-wp"
GOAL = 1.3  # requests of the disturbed crawl to those of the other
START_UP = 2.0  # seconds in which a process loads and takes up what it finds; a kill may fall there, too
EARLY = 0.2  # share of the kills that fall there
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


class Outcome(NamedTuple):
    """Of one crawl: the exported rows by id, the requests that its server saw, the verdicts of its runs."""

    rows: dict[str, dict[str, Any]]
    requests: int
    verdicts: list[str]


@contextmanager
def portal(articles: int) -> Iterator[fixture.FixtureServer]:
    """A portal of so many articles on loopback."""
    fixture._GZIP.clear()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, f"{PORTAL}.toml").write_text(texts.toml(PORTAL, articles), encoding="utf-8")
        with fixture.FixtureServer(0, folder=Path(folder)) as serving:
            yield serving


def start(folder: Path, url: str, database: str) -> subprocess.Popen[bytes]:
    """A crawl of the portal at `url`, as its own process; its output is added to `folder`/log."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "nghe-an.toml").write_text(REGISTRY.format(origin=url), encoding="utf-8")
    environment = {
        "SCRAPY_SETTINGS_MODULE": "crawler.settings",
        "PYTHONPATH": str(ROOT),
        "HUYEN_DATA": str(folder),
        "HUYEN_DATABASE_URL": database,
        "HUYEN_REGISTRY": str(folder / "nghe-an.toml"),
        "no_proxy": "127.0.0.1",
    }
    with (folder / "log").open("ab") as log:
        command = [sys.executable, "-m", "scrapy", "crawl", DISTRICT]
        return subprocess.Popen(command, cwd=folder, env=os.environ | environment, stdout=log, stderr=log)


def disturb(
    process: subprocess.Popen[bytes], served: fixture.FixtureServer, chance: random.Random, step: float
) -> None:
    """Kills `process` while it starts, or after it has made about `step` requests more."""
    if chance.random() < EARLY:
        time.sleep(chance.uniform(0, START_UP))
    else:
        wanted = len(served.log) + chance.randint(0, round(2 * step))
        while len(served.log) <= wanted and process.poll() is None:
            time.sleep(0.002)
        time.sleep(chance.uniform(0, 0.05))
    process.kill()
    process.wait()


def crawl(
    served: fixture.FixtureServer, folder: Path, database: str, kills: int, chance: random.Random
) -> Outcome:
    """Crawls the portal into an archive in `folder`; the first `kills` processes are killed."""
    before = len(served.log)
    expected = sum(len(site.entries()) for site in served.sites.values()) * 1.15  # listings come on top
    for _ in range(kills):
        disturb(start(folder, served.url(PORTAL), database), served, chance, 0.9 * expected / kills)
    if last := start(folder, served.url(PORTAL), database).wait():
        raise SystemExit(f"the last crawl ended with {last}; see {folder / 'log'}")
    requests = len(served.log) - before
    with closing(open_database(database)) as db:
        export(db, folder / "export.jsonl", "jsonl")
        verdicts = [str(run.verdict) for run in runs.listed(db, limit=kills + 1)]
    lines = (folder / "export.jsonl").read_text(encoding="utf-8").splitlines()
    rows = {row["id"]: {k: row[k] for k in row if k not in APART} for row in map(json.loads, lines)}
    return Outcome(rows, requests, verdicts)


def verify(folder: Path, database: str) -> dict[str, Any]:
    """What `huyen verify` says of the archive."""
    environment = {"HUYEN_DATA": str(folder), "HUYEN_DATABASE_URL": database}
    environment["HUYEN_REGISTRY"] = str(folder / "nghe-an.toml")
    command = [sys.executable, "-m", "crawler.cli", "verify", "--json"]
    ran = subprocess.run(command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True)
    said: dict[str, Any] = json.loads(ran.stdout)
    return said


def compare(quiet: Outcome, killed: Outcome) -> list[str]:
    """What differs between two archives, a line each."""
    lines = [f"{key}: missing" for key in quiet.rows.keys() - killed.rows.keys()]
    lines += [f"{key}: too much" for key in killed.rows.keys() - quiet.rows.keys()]
    for key in quiet.rows.keys() & killed.rows.keys():
        both = ((name, quiet.rows[key][name], killed.rows[key][name]) for name in quiet.rows[key])
        lines += [f"{key}: {name}: {a!r}, killed {b!r}" for name, a, b in both if a != b]
    return lines


def contest(name: str, new: Callable[[Path], str], articles: int, kills: int, seed: int) -> bool:
    """Both crawls; prints the figures, and returns whether the goals are met.

    `new` makes the database of the archive in a folder, and gives its URL.
    """
    with tempfile.TemporaryDirectory() as place, portal(articles) as served:
        folder, chance = Path(place), random.Random(seed)
        quiet = crawl(served, folder / "quiet", new(folder / "quiet"), 0, chance)
        database, begun = new(folder / "killed"), time.monotonic()
        killed = crawl(served, folder / "killed", database, kills, chance)
        took = time.monotonic() - begun
        proof = verify(folder / "killed", database)
    differences = compare(quiet, killed)
    ratio = killed.requests / quiet.requests
    died = killed.verdicts.count("died")
    print(
        f"{name}: {kills} kills, {died} runs marked died, last verdict {killed.verdicts[0]}, {took:.0f} s\n"
        f"  articles: {len(quiet.rows)} undisturbed, {len(killed.rows)} killed, {len(differences)} differ\n"
        f"  requests: {quiet.requests} undisturbed, {killed.requests} killed, {ratio:.3f}x (goal {GOAL})\n"
        f"  verify: {len(proof['faults'])} faults, {proof['unlisted']} responses unknown to the archive"
    )
    for line in differences[:10]:
        print(f"  {line}")
    return not differences and ratio < GOAL and not proof["faults"]


def main() -> int:
    """Prints the figures; 1 where a goal is missed."""
    parser = argparse.ArgumentParser(
        description="A crawl that is killed again and again, beside one that is not."
    )
    parser.add_argument("--articles", type=int, default=300, help="of the portal (default %(default)s)")
    parser.add_argument("--kills", type=int, default=50, help="before the clean run (default %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the instants (default %(default)s)")
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    options = parser.parse_args()
    figures = (options.articles, options.kills, options.seed)
    good = True
    if options.database != "postgresql":
        good &= contest("SQLite", lambda folder: f"sqlite:///{folder / 'archive.db'}", *figures)
    if options.database != "sqlite":
        with postgres.server() as server:
            new = functools.partial(postgres.new_database, server)
            good &= contest("PostgreSQL", lambda folder: new(folder.name), *figures)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
