"""What it costs to find the communes and documents that an article names, beside reading its page.

Usage: python benchmarks/names.py [--rounds N]
The fixture portals' articles are read without names, then looked through. Prints a JSON line: articles,
letters an article, what was found, milliseconds an article for names and for reading (median of the rounds,
CPU), and names divided by reading.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.pages import pages
from fixtures.portal import definitions
from pipelines.chain import read
from pipelines.items import Article, RawPage
from pipelines.mentions import note_mentions


def cases() -> list[RawPage]:
    """The pages of the fixture portals whose districts have communes, with the codes of these."""
    return [
        replace(page, hints=replace(page.hints, district_code=definition.code))
        for definition in definitions()
        for _, page in pages(definition.key)
    ]


def milliseconds(work: Callable[[], object], count: int) -> float:
    """This process's CPU for one of `count` articles."""
    start = time.process_time()
    work()
    return (time.process_time() - start) / count * 1e3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    every = cases()
    articles = [one for one in map(read, every) if isinstance(one, Article)]
    bare = [replace(page, hints=replace(page.hints, district_code="")) for page in every]
    letters = sum(len("".join([one.title, one.lead or "", *one.body])) for one in articles)

    def names() -> None:
        for one in articles:
            note_mentions(one)

    rounds = [
        (
            milliseconds(names, len(articles)),
            milliseconds(lambda: [read(page) for page in bare], len(bare)),
        )
        for _ in range(options.rounds)
    ]
    told = {
        "articles": len(articles),
        "letters": round(letters / len(articles)),
        "mentions": sum(len(one.mentions) for one in articles),
        "documents": sum(len(one.documents) for one in articles),
        "names_ms": round(statistics.median(one[0] for one in rounds), 3),
        "reading_ms": round(statistics.median(one[1] for one in rounds), 2),
        "of_reading": round(statistics.median(one[0] / one[1] for one in rounds), 4),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
