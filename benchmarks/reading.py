"""A scoreboard of reading: ours beside other readers, on the fixture portals and the golden pages.

Usage: python benchmarks/reading.py [--set KEY]... [--show] [--json] [--peers DIR] [--confidence]
Columns: token F1 of lead and body (mean, minimum), foreign lines a page, captions that stand in the body,
dates that are exact, wrong or missing (ours to the minute where one is printed, the others' to the day), CPU
milliseconds a page. A tool that is not installed is named and left out.
A set is a portal, or "golden": pages of systems that no family describes, whose dates are not judged.
--peers DIR scores pages that others made (benchmarks/peers.py says how to lay them out) in place of ours.
--confidence prints, by confidence of our unconfigured reading, how many articles have F1 of 0.99 or more.
--show prints on standard error each page that our own readers did not read perfectly.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from lxml import html

from benchmarks import peers
from benchmarks.pages import Case, golden_pages, pages, portals
from benchmarks.scoring import Figures, Reading, Score, score, together
from crawler.families import family
from pipelines.chain import read
from pipelines.items import Hints, NotAnArticle, RawPage

Reader = Callable[[RawPage], Reading]
_BLOCKS = "p div li tr h1 h2 h3 h4 h5 h6 br blockquote figcaption td".split()


def ours(page: RawPage) -> Reading:
    """What this project reads; nothing where it takes the page for no article."""
    found = read(page)
    if isinstance(found, NotAnArticle):
        return Reading(exact=True)
    lines = [found.lead, *found.body] if found.lead else found.body
    return Reading(lines, found.published.value, exact=True)


def configured(portal: str) -> Reader:
    """Our reader with what the family of `portal` says."""
    hints = family(portals().get(portal, "generic")).hints
    return lambda page: ours(replace(page, hints=hints))


def trafilatura(**options: Any) -> Reader:
    """trafilatura with `options`."""
    from trafilatura import bare_extraction

    def reader(page: RawPage) -> Reading:
        found = bare_extraction(page.body, url=page.url, with_metadata=True, **options)
        if found is None or isinstance(found, dict):  # a dict only where asked for one
            return Reading()
        return Reading((found.text or "").split("\n"), found.date)

    return reader


def newspaper() -> Reader:
    """newspaper4k, told the language; it takes text, so it gets what our decoding makes of the bytes."""
    from newspaper import Article  # type: ignore[import-not-found,unused-ignore]

    from pipelines.html.parse import decode

    def reader(page: RawPage) -> Reading:
        article = Article(page.url, language="vi", fetch_images=False)
        article.download(input_html=decode(page.body, page.headers)[0])
        article.parse()
        published = article.publish_date
        return Reading(article.text.split("\n"), published.isoformat() if published else None)

    return reader


def readability() -> Reader:
    """readability-lxml, on decoded text; it reads no date."""
    from readability import Document  # type: ignore[import-not-found,unused-ignore]

    from pipelines.html.parse import decode

    def reader(page: RawPage) -> Reading:
        tree = html.fromstring(Document(decode(page.body, page.headers)[0]).summary())
        for element in tree.iter(*_BLOCKS):
            element.tail = f"\n{element.tail or ''}"
        return Reading(tree.text_content().split("\n"))

    return reader


def htmldate() -> Reader:
    """htmldate: the date alone."""
    from htmldate import find_date

    return lambda page: Reading(date=find_date(page.body.decode("utf-8", "replace"), url=page.url))


# Each is made for one portal; ImportError: not installed.
TOOLS: dict[str, Callable[[str], Reader]] = {
    "ours, configured": configured,
    "ours, unconfigured": lambda portal: ours,
    "trafilatura": lambda portal: trafilatura(),
    "trafilatura, precision": lambda portal: trafilatura(favor_precision=True),
    "newspaper4k": lambda portal: newspaper(),
    "readability-lxml": lambda portal: readability(),
    "htmldate": lambda portal: htmldate(),
}
GOLDEN = "golden"
DATES_ONLY = frozenset({"htmldate"})
NO_DATES = frozenset({"readability-lxml"})


def article_cases(cases: list[Case]) -> list[Case]:
    """Those of `cases` that are articles, not planted pages that look like one."""
    return [case for case in cases if case[0]["kind"] == "article"]


def scored(cases: list[Case], reader: Reader) -> tuple[list[Score], float]:
    """The score of each article page, and the CPU milliseconds that reading one took on average.

    A reader that raises has read nothing.
    """
    scores, spent = [], 0.0
    articles = article_cases(cases)
    for truth, page in articles:
        start = time.process_time()
        try:
            reading = reader(page)
        except Exception as error:  # any: the tools raise what they like, and the board goes on
            print(f"{page.url}: {type(error).__name__}: {error}", file=sys.stderr)
            reading = Reading()
        spent += time.process_time() - start
        scores.append(score(truth, reading))
    return scores, 1000 * spent / len(articles)


def complain(name: str, cases: list[Case], scores: list[Score]) -> None:
    """Prints each imperfect score with the key of its page."""
    for (truth, _), one in zip(article_cases(cases), scores, strict=True):
        if one.f1 < 1 or one.leaked or one.captions or one.date in ("wrong", "missing"):
            print(f"{name}: {truth['key']}: {one}", file=sys.stderr)


def board(chosen: list[str], show: bool = False) -> dict[str, dict[str, tuple[Figures, float]]]:
    """Tool: portal (and "all"): figures and milliseconds a page. Prints the name of each missing tool.

    With `show`, it prints what was not perfect in our own readings.
    """
    cases = {name: golden_pages() if name == GOLDEN else pages(name) for name in chosen}
    found: dict[str, dict[str, tuple[Figures, float]]] = {}
    for name, make in TOOLS.items():
        try:
            readers = {portal: make(portal) for portal in chosen}
        except ImportError as error:
            print(f"{name}: not installed ({error.name}), skipped", file=sys.stderr)
            continue
        readers[chosen[0]](cases[chosen[0]][0][1])  # imports and compiled patterns
        parts = {portal: scored(cases[portal], readers[portal]) for portal in chosen}
        if show and name.startswith("ours"):
            for portal, (scores, _) in parts.items():
                complain(f"{name}, {portal}", cases[portal], scores)
        every = [one for scores, _ in parts.values() for one in scores]
        taken = sum(ms * len(scores) for scores, ms in parts.values()) / len(every)
        found[name] = {portal: (together(scores), ms) for portal, (scores, ms) in parts.items()}
        found[name]["all"] = together(every), taken
    return found


def row(name: str, figures: Figures, taken: float) -> str:
    """One line of the board."""
    text = "-" if name in DATES_ONLY else f"{figures.f1_mean:.4f}"
    least = "-" if name in DATES_ONLY else f"{figures.f1_min:.3f}"
    leaked = "-" if name in DATES_ONLY else f"{figures.leaked / figures.pages:.2f}"
    captions = "-" if name in DATES_ONLY else str(figures.captions)
    dates = [figures.exact, figures.wrong, figures.missing]
    shown = "".join(
        f"{'-' if name in NO_DATES else n:>{width}}" for n, width in zip(dates, (7, 7, 9), strict=True)
    )
    return f"{name:24}{text:>8}{least:>7}{leaked:>8}{captions:>9}{shown}{taken:9.1f}"


def peers_board(folder: Path) -> None:
    """Prints how our reader, unconfigured, and trafilatura read the pages of others below `folder`.

    Ours twice: what is marked as an article's text there has some leads and leaves out others.
    """
    from trafilatura import extract

    def own(page: RawPage) -> str | None:
        found = read(page)
        return None if isinstance(found, NotAnArticle) else "\n".join([found.lead or "", *found.body]).strip()

    def body_alone(page: RawPage) -> str | None:
        found = read(page)
        return None if isinstance(found, NotAnArticle) else "\n".join(found.body)

    def second(page: RawPage) -> str | None:
        return extract(page.body, include_comments=False, include_tables=True)

    for name, found in peers.sets(folder).items():
        for tool, reader in (
            ("ours, lead and body", own),
            ("ours, body", body_alone),
            ("trafilatura", second),
        ):
            for half, values in peers.figures(found, reader).items():
                shown = "  ".join(f"{key} {value:.4g}" for key, value in values.items())
                print(f"{name:30}{tool:20}{half:7}{shown}")


def peers_curve(folder: Path) -> None:
    """Prints confidence, pages read with it and the share of those without a lost or foreign sentence, for
    each half of the pages of others. Lead and body count together, and the body alone: some marks leave the
    lead out.
    """
    for name, found in peers.sets(folder).items():
        counts: dict[tuple[str, float], list[bool]] = {}
        for one in found:
            article = read(one.page)
            if isinstance(article, NotAnArticle):
                continue
            texts = ("\n".join([article.lead or "", *article.body]), "\n".join(article.body))
            whole = any(peers.is_whole(one, text) for text in texts)
            counts.setdefault((one.half, article.confidence), []).append(whole)
        for (half, confidence), good in sorted(counts.items()):
            print(f"{name:30}{half:7}{confidence:5} pages {len(good):4} whole {sum(good) / len(good):.2f}")


def curve(cases: list[Case]) -> dict[float, tuple[int, int]]:
    """Confidence, rounded down to a tenth: articles, and those read with a token F1 of 0.99 or more."""
    counts: dict[float, tuple[int, int]] = {}
    for truth, page in article_cases(cases):
        found = read(page)
        if isinstance(found, NotAnArticle):
            continue
        lines = [found.lead, *found.body] if found.lead else found.body
        step = int(found.confidence * 10) / 10
        all_, good = counts.get(step, (0, 0))
        counts[step] = all_ + 1, good + (score(truth, Reading(lines)).f1 >= 0.99)
    return dict(sorted(counts.items()))


def main() -> None:
    """Prints the board of each portal and of all together."""
    parser = argparse.ArgumentParser(description="Quality of reading, beside other readers.")
    sets = [*portals(), GOLDEN]
    parser.add_argument("--set", action="append", choices=sets, help="only this one; repeatable")
    parser.add_argument("--show", action="store_true", help="name the pages that we read imperfectly")
    parser.add_argument("--json", action="store_true", help="print JSON alone")
    parser.add_argument("--peers", type=Path, metavar="DIR", help="score pages of others, laid out below DIR")
    parser.add_argument("--confidence", action="store_true", help="print the confidence curve")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    chosen = options.set or sets
    if options.peers:
        (peers_curve if options.confidence else peers_board)(options.peers)
        return
    if options.confidence:
        for name in chosen:
            hints = family(portals().get(name, "generic")).hints
            for kind, told in (("configured", hints), ("unconfigured", Hints())):
                cases = golden_pages() if name == GOLDEN else pages(name)
                print(name, kind, curve([(truth, replace(page, hints=told)) for truth, page in cases]))
        return
    found = board(chosen, options.show)
    if options.json:
        shown = {
            name: {portal: {**asdict(figures), "ms": ms} for portal, (figures, ms) in parts.items()}
            for name, parts in found.items()
        }
        print(json.dumps(shown, indent=2))
        return
    head = f"{'F1':>8}{'min':>7}{'leaked':>8}{'captions':>9}{'exact':>7}{'wrong':>7}{'missing':>9}{'ms':>9}"
    for portal in [*chosen, "all"]:
        pages_read = next(iter(found.values()))[portal][0].pages
        print(f"{f'{portal}, {pages_read} pages':24}{head}")
        for name, parts in found.items():
            print(row(name, *parts[portal]))
        print()


if __name__ == "__main__":
    main()
