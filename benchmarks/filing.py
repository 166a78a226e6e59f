"""What files cost a crawl that has none: the share of CPU that goes into them while pages are read and kept.

Usage: python benchmarks/filing.py [--rounds N] [--pages N]
The pages of the fixture portals are read and their articles kept in an SQLite archive. The two steps for
files (looking for links that may lead to documents, and noting files with the articles) are timed by
themselves, since the difference of two whole runs is smaller than the noise of a busy machine. Prints the
median share of all rounds, for pages without any link to a file and for all.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.pages import pages, portals
from crawler.families import family
from pipelines import extract
from pipelines.chain import read
from pipelines.items import Article, RawPage
from pipelines.persist import record
from storage.articles.batch import Batch
from storage.articles.queries import keep
from storage.database import open_database
from storage.filing import links


def share(found: Sequence[RawPage], folder: Path) -> float:
    """Reads and keeps `found` in an empty archive in `folder`; returns the share of CPU time for files."""
    spent = 0.0

    def timed(function: Callable[..., Any]) -> Callable[..., Any]:
        def step(*given: Any) -> Any:
            nonlocal spent
            began = time.process_time()
            try:
                return function(*given)
            finally:
                spent += time.process_time() - began

        return step

    steps: list[tuple[Any, str]] = [(extract, "candidates"), (links, "note")]
    whole = [getattr(place, name) for place, name in steps]
    with closing(open_database(f"sqlite:///{folder / 'archive.db'}", create=True)) as database:
        for (place, name), function in zip(steps, whole, strict=True):
            setattr(place, name, timed(function))
        try:
            began = time.process_time()
            articles = [one for one in map(read, found) if isinstance(one, Article)]
            for start in range(0, len(articles), 100):
                keep(database, Batch([record(one) for one in articles[start : start + 100]]))
            return spent / (time.process_time() - began)
        finally:
            for (place, name), function in zip(steps, whole, strict=True):
                setattr(place, name, function)


def main() -> None:
    """Prints the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pages", type=int, default=1000, help="of each fixture portal")
    options = parser.parse_args()
    every: list[RawPage] = []
    for portal, name in portals().items():
        hints = family(name).hints
        site = f"https://{portal}.vn"
        every += [replace(page, hints=hints, portal=site) for _, page in pages(portal)[: options.pages]]
    plain = [page for page in every if not _names_files(page)]
    for title, found in (("pages without links to files", plain), ("all pages", every)):
        told = []
        for _ in range(options.rounds):
            with tempfile.TemporaryDirectory() as folder:
                told.append(share(found, Path(folder)))
        print(f"{title}: {len(found)}, share of files {median(told):.2%}, at most {max(told):.2%}")


def _names_files(page: RawPage) -> bool:
    found = read(page)
    return not isinstance(found, Article) or bool(found.attachments or found.candidates)


if __name__ == "__main__":
    main()
