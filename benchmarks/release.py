"""What an export and a release cost, beside SQLite's own command-line tool writing the same columns.

Usage: python benchmarks/release.py [--articles N] [--rounds N] [--folder DIR]
Fills an SQLite archive in DIR (default: a temporary one; one that is there already is used again). In each
round `sqlite3 -csv`, `huyen export` and `huyen release` run one after the other, in processes of their own.
Prints the medians of CPU seconds (by the kernel) and peak memory, and the ratios within rounds.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.release_archive import fill

ROOT = Path(__file__).parents[1]
# The columns of an export as the tables have them; province_now and its code are not in a table.
QUERY = """
SELECT a.id, a.district_id, d.code, d.name, d.province, a.portal, a.url, v.title, v.lead, v.body, v.author,
  v.category, v.published_at, v.published_precision, v.published_source, v.published_is_event, v.captions,
  v.images, v.attachments, a.first_seen_at, a.last_seen_at, a.version, a.duplicate_of, a.duplicate_kind,
  d.province, d.code
FROM articles a JOIN versions v ON v.article_id = a.id AND v.number = a.version
LEFT JOIN districts d ON d.id = a.district_id
ORDER BY a.district_id, a.portal, a.published_order, a.id
"""


def cost(command: list[str | Path], folder: Path, output: Path | None = None) -> tuple[float, int]:
    """Runs a command; returns its CPU seconds and its peak memory in MB."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HUYEN_")}
    with (output or Path(os.devnull)).open("wb") as stream:
        process = subprocess.Popen(
            command, stdout=stream, cwd=folder, env=environment | {"HUYEN_DATA": str(folder)}
        )
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[0]} failed")
    return used.ru_utime + used.ru_stime, used.ru_maxrss // 1024


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--articles", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (given.folder or Path(temporary)).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "archive.db").exists():
            fill(folder / "archive.db", given.articles)
        huyen: list[str | Path] = [sys.executable, "-m", "crawler.cli"]
        commands: dict[str, list[str | Path]] = {
            "sqlite3": ["sqlite3", "-csv", "-header", folder / "archive.db", QUERY],
            "export": [*huyen, "export", "-o", folder / "articles.csv"],
            "release": [*huyen, "release", "-o", folder / "releases"],
        }
        if shutil.which("sqlite3") is None:
            print("sqlite3 is not installed: left out", file=sys.stderr)
            del commands["sqlite3"]
        rounds: list[dict[str, tuple[float, int]]] = []
        for _ in range(given.rounds):
            shutil.rmtree(folder / "releases", ignore_errors=True)
            found = {}
            for name, command in commands.items():
                found[name] = cost(command, folder, folder / "sqlite3.csv" if name == "sqlite3" else None)
            rounds.append(found)
    for name in commands:
        seconds = statistics.median(one[name][0] for one in rounds)
        memory = statistics.median(one[name][1] for one in rounds)
        print(f"{name}: {seconds:.1f} s of CPU, peak {memory} MB")
    for one, other in (("export", "sqlite3"), ("release", "export")):
        if other not in commands:
            continue
        ratio = statistics.median(found[one][0] / found[other][0] for found in rounds)
        print(f"ratio {one} / {other}: {ratio:.2f}")


if __name__ == "__main__":
    main()
