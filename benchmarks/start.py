"""What it costs to start and to end: of commands that do little, and of crawls of a portal with one article.

Usage: python benchmarks/start.py [--rounds R] [--json]
The commands take turns. Of each process the CPU time (user and system) and the peak memory are what the
kernel says at its end, that of its children included. The first turn, in which Python compiles modules,
counts only where it is the only one (--rounds 0). `scrapy crawl` runs in one process: once into an empty
archive, which takes the migrations with it, and once more where nothing is new. `huyen crawl` starts the
process that crawls. Goal: 1.4 s for `scrapy crawl`.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.crawl import DISTRICT, night, portal

_HUYEN, _SCRAPY = ("-m", "crawler.cli"), ("-m", "scrapy", "crawl", DISTRICT)
COMMANDS: Mapping[str, tuple[str, ...]] = {  # in their order: the first crawl makes the archive
    "huyen --version": (*_HUYEN, "--version"),
    "huyen --help": (*_HUYEN, "--help"),
    "first scrapy crawl": _SCRAPY,
    "next scrapy crawl": _SCRAPY,
    "huyen crawl": (*_HUYEN, "crawl", DISTRICT),
    "huyen runs": (*_HUYEN, "runs"),
}


def measured(rounds: int, folder: Path) -> dict[str, tuple[float, float]]:
    """CPU seconds and peak MB of each command, in the middle of `rounds`."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in COMMANDS}
    with portal(1) as origin:
        for turn in range(rounds + 1):
            for name, command in COMMANDS.items():
                taken[name].append(night(origin, folder / str(turn), *command))
    return {
        name: (median(cpu for cpu, _ in costs), median(peak for _, peak in costs))
        for name, costs in ((name, costs[1:] or costs) for name, costs in taken.items())
    }


def main() -> None:
    """Prints what each command costs."""
    parser = argparse.ArgumentParser(description="What it costs to start and to end.")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each command (default %(default)s)")
    parser.add_argument("--json", action="store_true", help="print JSON alone")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measured(options.rounds, Path(folder))
    if options.json:
        print(
            json.dumps(
                {name: {"cpu_s": cpu, "peak_mb": peak} for name, (cpu, peak) in found.items()}, indent=2
            )
        )
        return
    print(f"{'command':24}{'CPU s':>8}{'peak MB':>9}")
    for name, (cpu, peak) in found.items():
        print(f"{name:24}{cpu:8.2f}{peak:9.0f}")


if __name__ == "__main__":
    main()
