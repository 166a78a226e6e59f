"""How runs and tables look to a person: aligned columns, a line a run, all that is known of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from textwrap import wrap
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from crawler.terminal.escapes import inline, printable, tidy
from storage.language.codes import word
from storage.language.messages import Message, joined, message, nmessage, shown
from storage.language.messages import gettext as _
from storage.runs.records import RunRecord
from storage.text import counted
from storage.vocabulary import Outcome, RunKind, iso, local

if TYPE_CHECKING:
    from crawler.registry.entries import Portal

_WIDTH = 80  # columns of the narrowest terminal in use
_HEAD = ("id", "district_id", "portal", "kind", "started_at", "finished_at", "verdict", "host", "pid")


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Returns `rows` under `headings` in aligned columns, two spaces apart; None is shown as -."""
    shown_rows = (["-" if cell is None else inline(cell) for cell in row] for row in rows)
    cells = [[shown(word("column", heading)) for heading in headings], *shown_rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ("  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip() for line in cells)
    return "\n".join(lines)


def findings(found: Iterable[tuple[str, str, str, str]]) -> str:
    """Returns the checks of `huyen doctor` (name, state, what was found, what to do), what to do below."""
    rows = [
        (shown(word("check", state)), shown(word("check", name)), inline(said), inline(todo))
        for name, state, said, todo in found
    ]
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
    """Returns one run in one line, to be shown later: where, verdict, how its URLs ended, the evidence."""
    absent = run.counts.get("absent", 0)  # a sitemap that never was is no article that is gone
    had = {**run.counts, Outcome.GONE: run.counts.get(Outcome.GONE, 0) - absent}
    counts: dict[str, int] = {outcome: had[outcome] for outcome in Outcome if had.get(outcome)}
    ended = [named("outcome", counts) or message("nothing fetched")]
    if absent:
        ended.append(
            nmessage("{n} listing or sitemap not there", "{n} listings or sitemaps not there", absent)
        )
    said = message(
        "{district} {portal} {verdict}: {ended}",
        district=run.district_id,
        portal=run.portal,
        verdict=_verdict(run),
        ended=joined(ended),
    )
    because = message("({evidence})", evidence=joined(run.evidence, "; "))
    return tidy(joined([said, because], " ") if run.evidence else said)


def _verdict(run: RunRecord) -> Message:
    return word("rescue" if run.kind == RunKind.RESCUE else "verdict", run.verdict or "running")


def named(group: str, counts: Mapping[str, int]) -> Message:
    """Returns numbers with their words, as `3 new, 1 failed`; empty where there is none."""
    return joined(message("{count} {what}", count=n, what=word(group, name)) for name, n in counts.items())


def summary(totals: Mapping[str, Any]) -> str:
    """Returns the totals of a crawl (crawler.night.summary) in one line: portals by verdict, and articles."""
    return _(
        "{portals}: {verdicts}; articles: {articles}",
        portals=counted(totals["portals"], "portal"),
        verdicts=named("verdict", dict(sorted(totals["verdicts"].items()))),
        articles=named("outcome", totals["articles"]),
    )


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
    counts = named("file", {name: told[name] for name in names if told.get(name)})
    return _("files: {counts}", counts=counts).replace("_", " ") if counts else ""


def runs(found: Sequence[RunRecord]) -> str:
    """Returns runs as a table of 80 columns, and below each its portal and its evidence."""
    headings = ("id", "started", "took", "verdict", Outcome.NEW, Outcome.CHANGED, Outcome.FAILED)
    rows = (
        (
            *(run.id, clock(run.started_at)[:16], _took(run)),
            _verdict(run) if run.verdict else None,
            *(run.counts.get(name, 0) for name in (Outcome.NEW, Outcome.CHANGED, Outcome.FAILED)),
        )
        for run in found
    )
    head, *lines = table(headings, rows).split("\n")
    told = [head]
    for run, line in zip(found, lines, strict=True):
        rescue = [f"({shown(word('run', run.kind))})"] if run.kind != RunKind.CRAWL else []
        because = [shown(joined(run.evidence, "; "))] if run.evidence else []
        below = " ".join([run.district_id, run.portal, *rescue]) + (f": {because[0]}" if because else "")
        told += [line, *wrap(inline(below), _WIDTH, initial_indent="    ", subsequent_indent="    ")]
    return "\n".join(told)


def hits(found: Sequence[Mapping[str, Any]]) -> str:
    """Returns the articles found: date, district and title, address, and the passage that was asked for."""
    lines = []
    for hit in found:
        lines += [
            f"{hit['published_at'] or _('undated')}  {hit['district']}  {hit['title']}",
            f"    {hit['url']}",
        ]
        lines += [f"    {hit['passage']}"] if hit.get("passage") else []
    return printable("\n".join(lines))


def article(answer: Mapping[str, Any]) -> str:
    """Returns an article as a person reads it, from the columns that `huyen read --json` prints."""
    how = [word("precision", answer["published_precision"]), word("source", answer["published_source"])]
    how += [message("day of the event")] if answer["published_is_event"] else []
    published = f"{answer['published_at']} ({shown(joined(how))})"
    page = answer.get("page")
    notes = [_("page {number} of {of} of this article", **page)] if page else []
    notes += [_("tags: {tags}", tags=", ".join(answer["tags"]))] if answer["tags"] else []
    flags = joined(word("flag", flag) for flag in answer["flags"])
    notes += [_("flags: {flags}", flags=flags)] if flags else []
    notes += [_("caption: {caption}", caption=caption) for caption in answer["captions"]]
    notes += [_("image: {url}", url=image["url"]) for image in answer["images"]]
    notes += [_("attachment: {title} <{url}>", **file) for file in answer["attachments"]]
    by = [published if answer["published_at"] else _("no date"), answer["author"], answer["category"]]
    parts = [answer["title"], " · ".join(filter(None, by)), answer["url"], answer["lead"]]
    parts += [*answer["body"].split("\n"), "\n".join(notes)]
    return printable("\n\n".join(filter(None, parts)))


def politeness(portal: Portal) -> str:
    """Returns how a portal is treated, a rule a line."""
    requests, megabytes = portal.requests_a_night, portal.megabytes_a_night
    budget: list[str] = [counted(requests, "request")] if requests is not None else []
    budget += [f"{megabytes:g} MB"] if megabytes is not None else []
    limit = joined(budget)
    rules = [
        _("robots.txt is obeyed; its Crawl-delay applies if it is longer"),
        _("one request at a time, {delay:g} s apart; slower while the server is slow", delay=portal.delay),
        _("Retry-After is obeyed; failed requests are repeated later, then left to the next night"),
        _("at most {limit} a night", limit=limit) if limit else _("no limit of requests or MB a night"),
        _("certificates: {tls}", tls=portal.tls),
        _("through {proxy}", proxy=portal.proxy) if portal.proxy else _("no proxy"),
        _("contact in the user agent: {contact}", contact=portal.contact or "HUYEN_CONTACT"),
    ]
    head = _("politeness")
    return "\n".join(f"{'' if n else head:12} {rule}" for n, rule in enumerate(rules))


def settings(values: Mapping[str, Any]) -> str:
    """Returns names and values, one a line; what is empty is left out."""
    lines = []
    for name, value in values.items():
        if said := setting(value):
            lines.append(f"{shown(word('column', name)):12} {inline(said)}")
    return "\n".join(lines)


def setting(value: object) -> str:
    """Returns a setting in words; empty for one that says nothing."""
    if isinstance(value, datetime):
        return clock(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {held}" for key, held in value.items() if held)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else shown(value)


def run(found: RunRecord) -> str:
    """Returns all that is known of one run: times, evidence, files, counts by outcome and by reason,
    listings.
    """
    counts = found.counts
    said = {name: getattr(found, name) for name in _HEAD}
    said |= {"verdict": found.verdict and _verdict(found), "kind": word("run", found.kind)}
    head = settings(said)
    took = _took(found)
    parts = [head + (f"\n{_('took'):12} {took}" if took else "")]
    parts += [_listed(_("evidence"), map(inline, found.evidence))] if found.evidence else []
    ended = [(name, counts[name]) for name in Outcome if counts.get(name)]
    other = [(name, n) for name, n in counts.items() if name not in set(Outcome) and ":" not in name]
    for title, group, rows in (
        (_("urls by outcome"), "outcome", ended),
        (_("other counts"), "count", other),
    ):
        lines = []
        for name, number in rows:
            lines.append((f"  {shown(word(group, name))}", number))
            why = {k.partition(":")[2]: n for k, n in counts.items() if k.startswith(f"{name}:")}
            ordered = sorted(why.items(), key=lambda item: -item[1])
            lines += [(f"    {shown(word('reason', reason))}", n) for reason, n in ordered]
        parts += [table((title, ""), lines)] if lines else []
    parts += [_listed(_("warc files"), map(inline, found.warc_files))] if found.warc_files else []
    read = [
        (f"  {url}", page.get("links"), page.get("new"), page.get("pages"))
        for url, page in found.listings.items()
    ]
    parts += [table(("listings", "links", "new", "pages"), read)] if read else []
    left = [(page, url) for url, listing in found.listings.items() for page in listing.get("left", ())]
    ignored = [_("{link} (on {path})", link=inline(page), path=inline(_path(url))) for page, url in left]
    ignored += [
        _("{link} (on {path})", link=counted(listing["documents"], "document"), path=inline(_path(url)))
        for url, listing in found.listings.items()
        if listing.get("documents")
    ]
    parts += [_listed(_("links not followed"), ignored)] if ignored else []
    return printable("\n\n".join(parts))


def _listed(title: str, lines: Iterable[str]) -> str:
    return "\n".join([title, *(f"  {line}" for line in lines)])


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
