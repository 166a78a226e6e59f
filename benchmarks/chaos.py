"""One bad night between two good ones: does the archive come through, and does the night say what was wrong?

Usage: python benchmarks/chaos.py [--faults NAME part,...] [--full-nights 2,3] [--keep DIR] [--json]
Sixty portals of ten articles (outages/portals.py), each with another fault (outages/faults.py), are crawled
for three nights that lie three days apart, twice by the same server at the same addresses: once healthy all
the time, once sick on the second night. Each night publishes an article; before the second one is edited.
Compared are title, body, version, status and duplicate of every article:
  after night 3   the archive must equal that of the healthy nights
  after night 2   a portal whose archive differs, or whose fault hides articles, may be neither ok nor quiet
Prints a line for every portal that fails one of them, and ends with 1 where there is one.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.outages.faults import FAULTS, TOLD
from benchmarks.outages.portals import Portal, serving

ROOT = Path(__file__).parents[1]
NIGHTS, APART = (1, 2, 3), 3  # days between two nights
COMPARED = ("title", "body", "version", "status", "duplicate_of")
HEALTHY = ("ok", "quiet")
Archive = dict[str, dict[str, dict[str, Any]]]  # portal -> URL -> what is compared


class Nights:
    """An archive in `folder` of `portals`, and crawls of it."""

    def __init__(self, folder: Path, portals: Mapping[str, Portal]) -> None:
        self.folder, self.portals = folder, portals
        (folder / "registry").mkdir(parents=True)
        table = (
            '[so-{0}]\nname = "Số {0}"\nkind = "huyện"\ncode = "{1}"\n[[so-{0}.portals]]\nurl = "{2}"\n'
            'family = "generic"\nsections = ["/tin-tuc"]\ndelay = 0\n'
        )
        text = "".join(table.format(p.number, 900 + p.number, p.base) for p in portals.values())
        (folder / "registry" / "bao-tap.toml").write_text(text, encoding="utf-8")
        own = {"HUYEN_DATA": str(folder / "data"), "HUYEN_REGISTRY": str(folder / "registry")}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("HUYEN_")}
        self.environment = kept | own | {"HUYEN_MIN_FREE_MB": "64"}

    def huyen(self, *arguments: str) -> str:
        """What a command prints; its exit status is no matter, a night of faults has one."""
        command = [sys.executable, "-m", "crawler.cli", *arguments]
        ran = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        if ran.returncode == 2 or "unexpected" in ran.stderr:
            raise SystemExit(f"huyen {' '.join(arguments)}: {ran.stderr}")
        return ran.stdout

    def crawl(self, *, full: bool) -> dict[str, dict[str, Any]]:
        """One night; its runs by portal."""
        summary = json.loads(self.huyen("crawl", "--all", "--json", *(["--full"] if full else [])))
        return {run["portal"]: run for run in summary["runs"]}

    def archive(self) -> Archive:
        """What is kept of each portal."""
        found: Archive = {portal.base: {} for portal in self.portals.values()}
        for line in self.huyen("export", "--format", "jsonl").splitlines():
            row = json.loads(line)
            found[row["portal"]][row["url"]] = {name: row[name] for name in COMPARED}
        return found

    def age(self, days: int) -> None:
        """Makes all that the archive remembers so much older."""
        with closing(sqlite3.connect(self.folder / "data" / "archive.db", timeout=60)) as db, db:
            for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                for _, column, kind, *_ in db.execute(f"PRAGMA table_info('{table}')").fetchall():
                    if kind.upper() == "DATETIME":
                        moved = f"strftime('%Y-%m-%d %H:%M:%f', \"{column}\", '-{days} days') || '000'"
                        db.execute(f'UPDATE "{table}" SET "{column}" = {moved} WHERE "{column}" IS NOT NULL')


def pass_through(
    folder: Path, portals: Mapping[str, Portal], full: Sequence[int], *, sick: bool
) -> tuple[list[Archive], list[dict[str, dict[str, Any]]]]:
    """The archive after each of three nights, and the runs of each; `sick`: with faults on the second."""
    nights = Nights(folder, portals)
    archives, runs = [], []
    for number in NIGHTS:
        if number > 1:
            nights.age(APART)
        for portal in portals.values():
            portal.night, portal.sick = number, sick and number == 2
        runs.append(nights.crawl(full=number in full))
        archives.append(nights.archive())
        print(f"{'with faults' if sick else 'healthy'}, night {number}", file=sys.stderr, flush=True)
    return archives, runs


def differing(kept: Mapping[str, dict[str, Any]], wanted: Mapping[str, dict[str, Any]]) -> list[str]:
    """How the archive of a portal differs from the one it should be, an article a line."""
    lines = [f"{url.rpartition('/')[2]} is missing" for url in wanted.keys() - kept.keys()]
    lines += [f"{url.rpartition('/')[2]} is kept, and is no article" for url in kept.keys() - wanted.keys()]
    for url in sorted(wanted.keys() & kept.keys()):
        for name in COMPARED:
            if kept[url][name] != wanted[url][name]:
                now, then = str(kept[url][name])[:40], str(wanted[url][name])[:40]
                lines.append(f"{url.rpartition('/')[2]}: {name} {now!r}, not {then!r}")
    return lines


def judge(
    portals: Mapping[str, Portal],
    healthy: tuple[list[Archive], list[dict[str, dict[str, Any]]]],
    sick: tuple[list[Archive], list[dict[str, dict[str, Any]]]],
) -> list[dict[str, Any]]:
    """One entry a portal: its fault, the verdicts of the nights, and what is wrong."""
    rows = []
    for fault, portal in portals.items():
        base = portal.base
        verdicts = [run[base]["verdict"] for run in sick[1]]
        second = differing(sick[0][1][base], healthy[0][1][base])
        unsaid = verdicts[1] in HEALTHY and (fault in TOLD or bool(second))
        false_alarm = [
            f"night {n + 1} {run[base]['verdict']}"
            for n, run in enumerate(healthy[1])
            if run[base]["verdict"] not in HEALTHY
        ]
        rows.append(
            {
                "fault": fault,
                "verdicts": verdicts,
                "evidence": [str(line) for line in sick[1][1][base]["evidence"]],
                "unsaid": unsaid,
                "false_alarm": false_alarm,
                "after_2": second,
                "after_3": differing(sick[0][2][base], healthy[0][2][base]),
            }
        )
    return rows


def show(rows: Sequence[Mapping[str, Any]]) -> None:
    """Prints what fails, and the sums."""
    for row in rows:
        wrong = [*(["not said"] if row["unsaid"] else []), *row["false_alarm"], *row["after_3"]]
        if wrong:
            print(f"{row['fault']:36} {' '.join(row['verdicts'])}: {'; '.join(wrong[:4])} [{len(wrong)}]")
            print(f"{'':36} night 2: {'; '.join(row['evidence'])[:160]}; {len(row['after_2'])} differ")
    same = sum(not row["after_3"] for row in rows)
    said = sum(not row["unsaid"] for row in rows)
    print(
        f"{len(rows)} portals: the archive of {same} is as after three healthy nights; {said} nights said it"
    )


def main() -> int:
    """Runs it; returns 1 where a portal fails."""
    options = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n", 1)[0])
    options.add_argument("--faults", default="", help="parts of names, by commas (default: all)")
    options.add_argument("--full-nights", default="2,3", help="nights that fetch every page again")
    options.add_argument("--keep", type=Path, help="folder for the archives (default: a temporary one)")
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    parts = [part for part in given.faults.split(",") if part]
    names = [name for name in FAULTS if not parts or any(part in name for part in parts)]
    order = list(FAULTS)
    portals = {name: Portal(order.index(name), FAULTS[name]) for name in names}
    full = [int(number) for number in given.full_nights.split(",") if number]
    with (
        serving([*portals.values()]),
        nullcontext(str(given.keep)) if given.keep else tempfile.TemporaryDirectory() as name,
    ):
        healthy = pass_through(Path(name) / "healthy", portals, full, sick=False)
        sick = pass_through(Path(name) / "sick", portals, full, sick=True)
    rows = judge(portals, healthy, sick)
    if given.json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        show(rows)
    return int(any(row["unsaid"] or row["after_3"] or row["false_alarm"] for row in rows))


if __name__ == "__main__":
    sys.exit(main())
