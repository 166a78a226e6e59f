"""What reading one article page costs, all fields, beside trafilatura with metadata on the same bytes.

Usage: python benchmarks/read.py [--portal KEY]... [--pages N] [--kilobytes K] [--json]
Every page is read by each reader in turn, in one process; the cost is the CPU time of this process, so what
else runs on the machine does not count. Configured means with the selectors of the portal's family; "long"
pages carry articles of the length of a meeting report (texts.py), "short" ones the fixtures' own. Goals: 5
times as fast as trafilatura configured, 4 times unconfigured.
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
from pipelines.chain import read
from pipelines.items import Hints, RawPage

WARM_UP = 2  # pages of each portal that are read before any is measured: imports, compiled patterns
LENGTHS = ("long", "short")
Reader = Callable[[RawPage], object]


def readers(hints: Hints) -> dict[str, Reader]:
    """The three readers, for a portal whose family says `hints`."""
    import trafilatura

    return {
        "configured": lambda page: read(replace(page, hints=hints)),
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
            for name in ("configured", "unconfigured")
        },
    }


def overall(rows: list[dict[str, Any]]) -> dict[str, float]:
    """Geometric means: configured over the portals whose family names the body, unconfigured over all.

    NaN where no family does.
    """
    told = [row["configured_ratio"] for row in rows if row["told"]]
    return {
        "configured": statistics.geometric_mean(told) if told else math.nan,
        "unconfigured": statistics.geometric_mean([row["unconfigured_ratio"] for row in rows]),
    }


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
    print(f"{'portal':21}{'KB':>4}{'pages':>6}{'configured':>14}{'unconfigured':>16}{'trafilatura':>13}")
    for row in rows:
        name = f"{row['portal']}, {row['length']}"
        told = f"{row['configured_ms']:.1f} ms {row['configured_ratio']:.1f}x" if row["told"] else "not told"
        plain = f"{row['unconfigured_ms']:.1f} ms {row['unconfigured_ratio']:.1f}x"
        theirs = f"{row['trafilatura_ms']:.1f} ms"
        print(f"{name:21}{row['kilobytes']:4}{row['pages']:6}{told:>14}{plain:>16}{theirs:>13}")
    for length, ratio in ratios.items():
        print(
            f"ratio, {length} texts: configured {ratio['configured']:.1f}x (goal 5), "
            f"unconfigured {ratio['unconfigured']:.1f}x (goal 4)"
        )


if __name__ == "__main__":
    main()
