"""What reading one article page costs, all fields, beside trafilatura with metadata on the same bytes.

Usage: python benchmarks/read.py [--portal KEY]... [--pages N] [--kilobytes K] [--json]
Every page is read by each reader in turn, in one process; the cost is the CPU time of this process, so what
else runs on the machine does not count. Configured means with the selectors of the portal's family; cut,
without what the process has learned that the pages of the portal share (pipelines/boilerplate). "long" pages
carry articles of the length of a meeting report (texts.py), "short" ones the fixtures' own. Goals: 5 times as
fast as trafilatura configured, 4 times unconfigured.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import texts
from benchmarks.pages import pages, portals
from crawler.families import family
from pipelines.boilerplate.learning import CHECKS, SAMPLES, WAIT
from pipelines.chain import read
from pipelines.extract import forget
from pipelines.items import Hints, RawPage

# pages of each portal that are read before any is measured: imports, compiled patterns, its boilerplate
WARM_UP = WAIT + SAMPLES + CHECKS
LENGTHS = ("long", "short")
RATED = ("configured", "cut", "unconfigured", "cut_unconfigured")
Reader = Callable[[RawPage], object]


def readers(hints: Hints) -> dict[str, Reader]:
    """The readers, for a portal whose family says `hints`; two cut what its pages have in common."""
    import trafilatura

    return {
        "configured": lambda page: read(replace(page, hints=hints)),
        "cut": lambda page: read(replace(page, hints=hints, portal="told")),
        "cut_unconfigured": lambda page: read(replace(page, portal="untold")),
        "unconfigured": read,
        "trafilatura": lambda page: trafilatura.bare_extraction(page.body, url=page.url, with_metadata=True),
    }


def milliseconds(reader: Reader, page: RawPage) -> float:
    """CPU milliseconds that `reader` takes for `page`."""
    start = time.process_time()
    reader(page)
    return (time.process_time() - start) * 1000


def article_pages(portal: str, length: str, kilobytes: float, count: int) -> list[RawPage]:
    """`count` article pages of `portal` and a few to warm up with; "short" pages may be fewer."""
    if length == "short":
        cases = pages(portal, kilobytes)
    else:
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, f"{portal}.toml").write_text(texts.toml(portal, count + WARM_UP), encoding="utf-8")
            cases = pages(portal, kilobytes, Path(folder))
    found = [page for truth, page in cases if truth["kind"] == "article" and len(truth["body"]) > 1]
    return found[: count + WARM_UP]


def measure(portal: str, length: str, hints: Hints, kilobytes: float, count: int) -> dict[str, Any]:
    """Medians over article pages of `portal` that have running text."""
    found = article_pages(portal, length, kilobytes, count)
    warm, cases = found[:WARM_UP], found[WARM_UP:]
    contest = readers(hints)
    forget()
    for page in warm:
        for reader in contest.values():
            reader(page)
    taken = [{name: milliseconds(reader, page) for name, reader in contest.items()} for page in cases]
    return {
        "portal": portal,
        "length": length,
        "told": bool(hints.body),  # whether the family names the body
        "pages": len(taken),
        "kilobytes": round(statistics.median(len(page.body) for page in cases) / 1000),
        **{f"{name}_ms": statistics.median(row[name] for row in taken) for name in contest},
        **{
            f"{name}_ratio": statistics.median(row["trafilatura"] / row[name] for row in taken)
            for name in RATED
        },
    }


def overall(rows: list[dict[str, Any]]) -> dict[str, float]:
    """Geometric means: configured over the portals whose family names the body, unconfigured over all.

    NaN where no family does.
    """
    means = {}
    for name in RATED:
        ratios = [row[f"{name}_ratio"] for row in rows if row["told"] or "unconfigured" in name]
        means[name] = statistics.geometric_mean(ratios) if ratios else math.nan
    return means


def main() -> None:
    """Prints a row a portal and the ratios over all."""
    parser = argparse.ArgumentParser(description="Cost of reading a page, beside trafilatura with metadata.")
    parser.add_argument("--portal", action="append", choices=list(portals()), help="only this; repeatable")
    parser.add_argument("--pages", type=int, default=20, help="articles of each portal (default %(default)s)")
    parser.add_argument("--kilobytes", type=float, default=90, help="weight of a page (default %(default)s)")
    parser.add_argument("--json", action="store_true", help="print JSON alone")
    options = parser.parse_args()
    rows = [
        measure(portal, length, family(name).hints, options.kilobytes, options.pages)
        for length in LENGTHS
        for portal, name in portals().items()
        if portal in (options.portal or portals())
    ]
    ratios = {length: overall([row for row in rows if row["length"] == length]) for length in LENGTHS}
    if options.json:
        print(json.dumps({"portals": rows, "ratios": ratios}, indent=2))
        return
    print(f"{'portal':21}{'KB':>4}{'pages':>6}" + "".join(f"{name:>18}" for name in RATED) + "  trafilatura")
    for row in rows:
        name = f"{row['portal']}, {row['length']}"
        costs = [
            f"{row[f'{way}_ms']:.1f} ms {row[f'{way}_ratio']:.1f}x"
            if row["told"] or "unconfigured" in way
            else "not told"
            for way in RATED
        ]
        print(
            f"{name:21}{row['kilobytes']:4}{row['pages']:6}"
            + "".join(f"{cost:>18}" for cost in costs)
            + f"{row['trafilatura_ms']:>10.1f} ms"
        )
    for length, ratio in ratios.items():
        told = ", ".join(f"{way} {ratio[way]:.1f}x" for way in RATED)
        print(f"ratio, {length} texts: {told} (goals: configured 5, unconfigured 4)")


if __name__ == "__main__":
    main()
