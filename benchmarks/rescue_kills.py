"""How a rescue outlives kill -9: a portal is crawled, taken down, and brought back out of a stand-in of the
Wayback Machine by processes that are killed at random instants; then its rows must be those of the crawl.

Usage: python benchmarks/rescue_kills.py [--kills 20] [--articles 300] [--rate 20]
Prints what differs, what was fetched twice, and how many requests left; ends with 1 where a goal is missed.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parents[1]))

from sqlalchemy import select

from benchmarks.crawl import DISTRICT, ROOT
from benchmarks.kills import APART, PORTAL, Outcome, compare, crawl, portal, verify
from fixtures.archives.holdings import of_warcs
from fixtures.archives.wayback import Wayback
from storage.database import open_database
from storage.schema import Capture

GOAL = 1.05  # requests to those needed
# What a capture of another archive does not have as our own has it.
BESIDE = ("captured_via", "captured_by", "source_uri", "warc_digest", "first_crawled_at")


def start(folder: Path, registry: Path, archive: Wayback, rate: float) -> subprocess.Popen[bytes]:
    """A rescue of the portal in `registry` into `folder`, as its own process."""
    folder.mkdir(parents=True, exist_ok=True)
    environment = {
        "HUYEN_DATA": str(folder),
        "HUYEN_REGISTRY": str(registry),
        "HUYEN_WAYBACK_URL": archive.url,
        "HUYEN_RESCUE_RATE": str(rate),
        "no_proxy": "127.0.0.1",
    }
    with (folder / "log").open("ab") as log:
        command = [sys.executable, "-m", "crawler.cli", "rescue", DISTRICT, "--from", "wayback"]
        return subprocess.Popen(command, cwd=ROOT, env=os.environ | environment, stdout=log, stderr=log)


def rescued(folder: Path, registry: Path, archive: Wayback, kills: int, rate: float) -> Outcome:
    """Rescues the portal; the first `kills` processes are killed after a random number of replays."""
    chance, step = random.Random(1), 0.9 * len(archive.rows) / max(1, kills)
    for _ in range(kills):
        process = start(folder, registry, archive, rate)
        wanted = len(archive.log) + chance.randint(0, round(2 * step))
        while len(archive.log) <= wanted and process.poll() is None:
            time.sleep(0.002)
        time.sleep(chance.uniform(0, 0.1))
        process.kill()
        process.wait()
    if last := start(folder, registry, archive, rate).wait():
        raise SystemExit(f"the last rescue ended with {last}; see {folder / 'log'}")
    import json

    from storage.export.export import export

    with closing(open_database(f"sqlite:///{folder / 'archive.db'}")) as db:
        export(db, folder / "export.jsonl", "jsonl")
    lines = (folder / "export.jsonl").read_text(encoding="utf-8").splitlines()
    rows = {row["id"]: {k: row[k] for k in row if k not in APART} for row in map(json.loads, lines)}
    return Outcome(rows, archive.count("replay") + archive.count("cdx"), [])


def twice(folder: Path) -> int:
    """How many captures stand in the archive more than once."""
    with closing(open_database(f"sqlite:///{folder / 'archive.db'}")) as db:
        query = select(Capture.source_uri).where(Capture.source_uri.is_not(None))
        met = Counter(db.read(lambda connection: list(connection.execute(query).scalars())))
    return sum(number - 1 for number in met.values())


def main() -> int:
    """Prints the figures; 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description="A rescue that is killed again and again.")
    parser.add_argument("--articles", type=int, default=300)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--rate", type=float, default=20.0, help="replays a second (default %(default)s)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        with portal(options.articles) as served:
            url = served.url(PORTAL)
            database = f"sqlite:///{folder / 'live' / 'archive.db'}"
            live = crawl(served, folder / "live", database, 0, random.Random(1))
        registry, host = folder / "live" / "nghe-an.toml", urlsplit(url).netloc
        held = list(of_warcs(sorted((folder / "live" / "warc").glob("*.warc.gz")), host, host))
        with Wayback(held) as archive:
            begun = time.monotonic()
            back = rescued(folder / "back", registry, archive, options.kills, options.rate)
            took = time.monotonic() - begun
            replays = sorted(one.at for one in archive.log if one.kind == "replay")
            once = len({one.target for one in archive.log if one.kind == "replay"})
            least = min((b - a for a, b in itertools.pairwise(replays)), default=0.0)
        proof = verify(folder / "back", f"sqlite:///{folder / 'back' / 'archive.db'}")
        again = twice(folder / "back")
    rows = {key: {k: v for k, v in row.items() if k not in BESIDE} for key, row in back.rows.items()}
    own = {key: {k: v for k, v in row.items() if k not in BESIDE} for key, row in live.rows.items()}
    differences = compare(live._replace(rows=own), back._replace(rows=rows))
    lists = archive.count("cdx")
    made, needed = len(replays) + lists, once + min(lists, 2)
    ratio = made / needed
    print(
        f"{options.kills} kills, {took:.0f} s\n"
        f"  articles: {len(own)} crawled, {len(rows)} rescued, {len(differences)} differences\n"
        f"  captures kept twice: {again}; replays {len(replays)} of {once} captures, {lists} lists: "
        f"{ratio:.3f}x what was needed (goal {GOAL})\n"
        f"  shortest time between two replays: {least:.3f} s of {1 / options.rate:.3f}\n"
        f"  verify: {len(proof['faults'])} faults, {proof['unlisted']} responses unknown to the archive"
    )
    for line in differences[:10]:
        print(f"  {line}")
    few = made <= max(GOAL * needed, needed + 2)  # of a dozen articles one lost answer is a twelfth
    met = not differences and not again and few and not proof["faults"] and not proof["unlisted"]
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
