"""How runs and tables look to a person: aligned columns, a line a run, all that is known of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from crawler.terminal.escapes import inline, printable
from storage.runs.records import RunRecord
from storage.text import counted
from storage.vocabulary import KEPT, Outcome, iso, local

if TYPE_CHECKING:
    from crawler.registry.entries import Portal

_HEAD = ("id", "district_id", "portal", "kind", "started_at", "finished_at", "verdict", "host", "pid")


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Returns `rows` under `headings` in aligned columns, two spaces apart; None is shown as -."""
    shown = (["-" if cell is None else inline(cell) for cell in row] for row in rows)
    cells = [list(headings), *shown]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ("  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip() for line in cells)
    return "\n".join(lines)


def findings(found: Iterable[tuple[str, str, str, str]]) -> str:
    """Returns the checks of `huyen doctor` (name, state, what was found, what to do), what to do below."""
    rows = [(state, name, inline(said), inline(todo)) for name, state, said, todo in found]
    widths = [max((len(row[n]) for row in rows), default=0) for n in (0, 1)]
    lines = []
    for state, name, said, todo in rows:
        lines.append(f"{state:{widths[0]}}  {name:{widths[1]}}  {said}")
        lines += [f"{'':{sum(widths) + 4}}{todo}"] if todo else []
    return "\n".join(lines)


def requested(run: RunRecord) -> int:
    """Returns how many URLs of a run have ended, in whatever outcome."""
    return sum(run.counts.get(outcome, 0) for outcome in Outcome)


def clock(moment: datetime | None) -> str:
    """Returns a moment as Vietnamese wall time to the second, or - where there is none."""
    return local(moment).strftime("%Y-%m-%d %H:%M:%S") if moment else "-"


def plain(value: object) -> object:
    """Returns what JSON has no type for, as text: a moment is ISO 8601 in Vietnamese time."""
    if isinstance(value, datetime):
        return iso(value)
    return str(value)


def run_line(run: RunRecord) -> str:
    """Returns one run in one line: where, verdict, how its URLs ended, and the evidence."""
    counts = run.counts
    absent = counts.get("absent", 0)  # a sitemap that never was is no article that is gone
    shown = {**counts, Outcome.GONE: counts.get(Outcome.GONE, 0) - absent}
    ended = ", ".join(f"{shown[o]} {o}" for o in Outcome if shown.get(o)) or "nothing fetched"
    ended += f", {counted(absent, 'listing or sitemap', 'listings or sitemaps')} not there" if absent else ""
    because = f" ({'; '.join(map(str, run.evidence))})" if run.evidence else ""
    return inline(f"{run.district_id} {run.portal} {run.verdict or 'running'}: {ended}{because}")


def summary(totals: Mapping[str, Any]) -> str:
    """Returns the totals of a crawl (crawler.night.summary) in one line: portals by verdict, and articles."""
    verdicts = ", ".join(f"{n} {verdict}" for verdict, n in sorted(totals["verdicts"].items()))
    articles = ", ".join(f"{n} {name}" for name, n in totals["articles"].items())
    return f"{counted(totals['portals'], 'portal')}: {verdicts}; articles: {articles}"


def files(told: Mapping[str, Any]) -> str:
    """Returns what became of a night's files (crawler.filing.phase.as_json) in one line; "" for nothing."""
    names = (
        "kept",
        "changed",
        "unchanged",
        "failed",
        "gone",
        "too_large",
        "not_a_file",
        "blocked",
        "off_site",
    )
    counts = [f"{told[name]} {name.replace('_', ' ')}" for name in names if told.get(name)]
    return f"files: {', '.join(counts)}" if counts else ""


def runs(found: Sequence[RunRecord]) -> str:
    """Runs as a table; the evidence stands last, as it is long."""
    names = (*KEPT, Outcome.FAILED)
    headings = ("id", "district", "portal", "kind", "started", "ended", "verdict", *names, "evidence")
    return table(
        headings,
        (
            (
                *(
                    run.id,
                    run.district_id,
                    run.portal,
                    run.kind,
                    clock(run.started_at),
                    clock(run.finished_at),
                ),
                run.verdict,
                *(run.counts.get(name, 0) for name in names),
                "; ".join(map(str, run.evidence)),
            )
            for run in found
        ),
    )


def hits(found: Sequence[Mapping[str, Any]]) -> str:
    """Returns the articles found: date, district and title, address, and the passage that was asked for."""
    lines = []
    for hit in found:
        lines += [
            f"{hit['published_at'] or 'undated'}  {hit['district']}  {hit['title']}",
            f"    {hit['url']}",
        ]
        lines += [f"    {hit['passage']}"] if hit.get("passage") else []
    return printable("\n".join(lines))


def article(answer: Mapping[str, Any]) -> str:
    """Returns an article as a person reads it, from the columns that `huyen read --json` prints."""
    event = ", day of the event" if answer["published_is_event"] else ""
    published = (
        f"{answer['published_at']} ({answer['published_precision']}, {answer['published_source']}{event})"
    )
    page = answer.get("page")
    notes = [f"page {page['number']} of {page['of']} of this article"] if page else []
    notes += [f"{name}: {', '.join(answer[name])}" for name in ("tags", "flags") if answer[name]]
    notes += [f"caption: {caption}" for caption in answer["captions"]]
    notes += [f"image: {image['url']}" for image in answer["images"]]
    notes += [f"attachment: {file['title']} <{file['url']}>" for file in answer["attachments"]]
    by = [published if answer["published_at"] else "no date", answer["author"], answer["category"]]
    parts = [answer["title"], " · ".join(filter(None, by)), answer["url"], answer["lead"]]
    parts += [*answer["body"].split("\n"), "\n".join(notes)]
    return printable("\n\n".join(filter(None, parts)))


def politeness(portal: Portal) -> str:
    """Returns how a portal is treated, a rule a line."""
    requests, megabytes = portal.requests_a_night, portal.megabytes_a_night
    budget: list[str] = [counted(requests, "request")] if requests is not None else []
    budget += [f"{megabytes:g} MB"] if megabytes is not None else []
    rules = [
        "robots.txt is obeyed; its Crawl-delay applies if it is longer",
        f"one request at a time, {portal.delay:g} s apart; slower while the server is slow",
        "Retry-After is obeyed; failed requests are repeated later, then left to the next night",
        f"at most {' and '.join(budget)} a night" if budget else "no limit of requests or MB a night",
        f"certificates: {portal.tls}",
        f"through {portal.proxy}" if portal.proxy else "no proxy",
        f"contact in the user agent: {portal.contact or 'HUYEN_CONTACT'}",
    ]
    return "\n".join(f"{'' if n else 'politeness':12} {rule}" for n, rule in enumerate(rules))


def settings(values: Mapping[str, Any]) -> str:
    """Returns names and values, one a line; what is empty is left out."""
    lines = []
    for name, value in values.items():
        if said := shown(value):
            lines.append(f"{name:12} {inline(said)}")
    return "\n".join(lines)


def shown(value: object) -> str:
    """Returns a setting in words; empty for one that says nothing."""
    if isinstance(value, datetime):
        return clock(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {held}" for key, held in value.items() if held)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def run(found: RunRecord) -> str:
    """Returns all that is known of one run: times, evidence, files, counts by outcome and by reason,
    listings.
    """
    counts = found.counts
    head = settings({name: getattr(found, name) for name in _HEAD})
    took = _took(found)
    parts = [head + (f"\n{'took':12} {took}" if took else "")]
    parts += (
        ["\n".join(["evidence", *(f"  {inline(line)}" for line in found.evidence)])] if found.evidence else []
    )
    ended = [(name, counts[name]) for name in Outcome if counts.get(name)]
    other = [(name, n) for name, n in counts.items() if name not in set(Outcome) and ":" not in name]
    for title, rows in (("urls by outcome", ended), ("other counts", other)):
        lines = []
        for name, number in rows:
            lines.append((f"  {name}", number))
            why = {k.partition(":")[2]: n for k, n in counts.items() if k.startswith(f"{name}:")}
            lines += [(f"    {reason}", n) for reason, n in sorted(why.items(), key=lambda item: -item[1])]
        parts += [table((title, ""), lines)] if lines else []
    files = found.warc_files
    parts += ["\n".join(["warc files", *(f"  {inline(name)}" for name in files)])] if files else []
    read = [
        (f"  {url}", page.get("links"), page.get("new"), page.get("pages"))
        for url, page in found.listings.items()
    ]
    parts += [table(("listings", "links", "new", "pages"), read)] if read else []
    left = [(page, url) for url, listing in found.listings.items() for page in listing.get("left", ())]
    said = [f"  {inline(page)} (on {inline(_path(url))})" for page, url in left]
    said += [
        f"  {counted(listing['documents'], 'document')} (on {inline(_path(url))})"
        for url, listing in found.listings.items()
        if listing.get("documents")
    ]
    parts += ["\n".join(["links not followed", *said])] if said else []
    return printable("\n\n".join(parts))


def _path(url: str) -> str:
    return urlsplit(url).path or "/"


def _took(found: RunRecord) -> str | None:
    """Returns the time between begin and end of a run; a clock that was set back in between tells nothing."""
    if not found.finished_at or found.finished_at < found.started_at:
        return None
    return span((found.finished_at - found.started_at).total_seconds())


def span(seconds: float) -> str:
    """Seconds as hours, minutes and seconds: 1:02:03."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"
