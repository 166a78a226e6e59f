"""Pages that other projects collected to measure readers, where a user has them on disk; none is in this
repository.

Lay them out so, below one folder:
    article-extraction-benchmark/   a clone of github.com/scrapinghub/article-extraction-benchmark
    trafilatura/                    a clone of github.com/adbar/trafilatura, with its folder tests/
A folder may have its owner in front of its name ("scrapinghub+article-extraction-benchmark").

The first is scored by F1 of four-word shingles of the text, as its own script does; the second by the share
of its snippets that are in the text where they should be and missing where they should be. Each is printed
for two halves of the pages, so that rules found on one can be checked on the other.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines.items import RawPage

_TOKEN = re.compile(r"\w+")
_FETCHED = datetime(2026, 11, 1, tzinfo=UTC)

Text = Callable[[RawPage], str | None]  # a reader: the text of lead and body, None where it is no article


@dataclass(frozen=True, slots=True)
class PeerPage:
    """A page and what is known of its text: all of it, or snippets that are in it and that are not."""

    page: RawPage
    text: str | None = None
    inside: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()

    @property
    def half(self) -> str:
        """ "tune" or "check", by the hash of the address."""
        return "check" if hashlib.sha256(self.page.url.encode()).digest()[0] % 2 else "tune"


def sets(folder: Path) -> dict[str, list[PeerPage]]:
    """The sets found below `folder` by name. Raises FileNotFoundError where there is none."""
    found = {}
    for name, load in (("article-extraction-benchmark", _whole), ("trafilatura", _snippets)):
        if place := next((p for p in sorted(folder.glob(f"*{name}")) if p.is_dir()), None):
            found[name] = list(load(place))
    if not found:
        raise FileNotFoundError(f"{folder}: no pages of others there; see benchmarks/peers.py")
    return found


def _whole(place: Path) -> Iterator[PeerPage]:
    for key, truth in json.loads((place / "ground-truth.json").read_text("utf-8")).items():
        body = gzip.decompress((place / "html" / f"{key}.html.gz").read_bytes())
        url = truth.get("url") or f"https://example.org/{key}"
        yield PeerPage(RawPage(url, body, _FETCHED), truth.get("articleBody", ""))


def _snippets(place: Path) -> Iterator[PeerPage]:
    tests = place / "tests"
    for url, truth in sorted(json.loads((tests / "evaldata.json").read_text("utf-8")).items()):
        paths = (tests / folder / truth["file"] for folder in ("cache", "eval"))
        if path := next((p for p in paths if p.is_file()), None):
            page = RawPage(url, path.read_bytes(), _FETCHED)
            yield PeerPage(page, None, tuple(truth["with"]), tuple(truth["without"]))


def figures(pages: list[PeerPage], reader: Text) -> Mapping[str, Mapping[str, float]]:
    """For each half and for all: pages, those taken for no article, and F1 or accuracy."""
    read = [(one, reader(one.page)) for one in pages]
    return {
        half: _figures([(one, text) for one, text in read if half in (one.half, "all")])
        for half in ("tune", "check", "all")
    }


def is_whole(one: PeerPage, text: str) -> bool:
    """Returns whether `text` has no lost or foreign sentence: a shingle F1 of 0.99 or more, or every snippet
    right.
    """
    if one.text is None:
        flat = _flat(text)
        return all(_flat(snippet) in flat for snippet in one.inside) and not any(
            _flat(snippet) in flat for snippet in one.outside
        )
    hit, more, less = _shingles(one.text, text)
    return 2 * hit >= 0.99 * (2 * hit + more + less)


def _figures(read: list[tuple[PeerPage, str | None]]) -> dict[str, float]:
    counted: dict[str, float] = {"pages": len(read), "no_article": sum(text is None for _, text in read)}
    if not read:
        return counted
    if read[0][0].text is not None:
        shares = [_shingles(one.text or "", text or "") for one, text in read]
        precision = _mean([hit / (hit + more) for hit, more, _ in shares if hit + more])
        recall = _mean([hit / (hit + less) for hit, _, less in shares if hit + less])
        return counted | {"f1": 2 * precision * recall / (precision + recall) if precision + recall else 0.0}
    right = total = 0
    for one, text in read:
        flat = _flat(text or "")
        right += sum(_flat(snippet) in flat for snippet in one.inside)
        right += sum(_flat(snippet) not in flat for snippet in one.outside)
        total += len(one.inside) + len(one.outside)
    return counted | {"accuracy": right / total}


def _shingles(true: str, found: str) -> tuple[int, int, int]:
    """Shingles of four words in both, in `found` alone, in `true` alone."""
    a, b = _grams(true), _grams(found)
    return (a & b).total(), (b - a).total(), (a - b).total()


def _grams(text: str, n: int = 4) -> Counter[tuple[str, ...]]:
    tokens: list[Any] = _TOKEN.findall(text)
    return Counter(tuple(tokens[i : i + n]) for i in range(max(1, len(tokens) - n + 1)) if tokens[i : i + n])


def _flat(text: str) -> str:
    return " ".join(text.replace("\xad", "").split())  # soft hyphens, which no reader sees


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0
