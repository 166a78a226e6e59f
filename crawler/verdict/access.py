"""Whether the portal could be reached, and was itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from urllib.parse import urlsplit

from crawler.verdict.tally import SIGNAL, Finding, Past, Tally, told
from storage.language.codes import word
from storage.language.messages import joined, message, nmessage
from storage.vocabulary import Outcome, Verdict

_REFUSALS = {f"failed:http_{status}" for status in (401, 403, 406, 429, 451)}
_TRADE = re.compile(r"bet|casino|slot|poker|\d{2}win|win\d{2}|club|game|88|789|pharm|xoso|keo", re.I)
_OVERRUNS = {
    "memusage_exceeded": message("it needed more memory than HUYEN_PORTAL_MB allows"),
    "closespider_timeout": message("it took longer than HUYEN_PORTAL_MINUTES allows"),
    "database": message("the archive's database could not be reached"),
    "taken": message("another process took the portal while the database server had lost its lock"),
}


def unkept(tally: Tally, past: Past, expect: Mapping[str, float]) -> Finding:
    """Finds that raw keeping failed: nothing else matters, since unkept pages are not processed."""
    count = tally.reasons["failed:archive"]
    if not count and tally.stopped != "archive":
        return None
    if not count:
        return Verdict.BROKEN, message("all responses could not be written to the WARC folder")
    return Verdict.BROKEN, nmessage(
        "{n} response could not be written to the WARC folder",
        "{n} responses could not be written to the WARC folder",
        count,
    )


def led_away(tally: Tally, past: Past, expect: Mapping[str, float]) -> Finding:
    """Finds that home page and listings answer with another site: permanently, then the portal has moved;
    otherwise somebody took it over.
    """
    if any(page["links"] for page in tally.pages().values()) or tally.read():
        return None
    for_good: dict[str, bool] = {}
    hosts: Counter[str] = Counter()
    for (role, host, permanent), count in tally.away.items():
        if role == "listing":
            hosts[host] += count
            for_good[host] = for_good.get(host, True) and permanent
    if not hosts:
        return None
    host, count = hosts.most_common(1)[0]
    name = urlsplit(host).hostname or ""
    total = tally.requests or count
    if for_good[host] and (name.endswith(".gov.vn") or not _TRADE.search(name)):
        return Verdict.MOVED, message(
            "{count} of {total} requests are redirected permanently to {host}",
            count=count,
            total=total,
            host=host,
        )
    return Verdict.BROKEN, message(
        "hijacked? {count} of {total} requests lead to {host}", count=count, total=total, host=host
    )


def outage(tally: Tally, past: Past, expect: Mapping[str, float]) -> Finding:
    """One page, or one end, stood in the place of several known articles: nothing of it is believed."""
    if not tally.outage:
        return None
    return Verdict.BROKEN, message("outage: {outage}; nothing of it was kept", outage=tally.outage)


def hijacked(tally: Tally, past: Past, expect: Mapping[str, float]) -> Finding:
    """Finds that articles lead to other sites, or are advertisements of gamblers and pill sellers."""
    hosts: Counter[str] = Counter()
    for (role, host, _), count in tally.away.items():
        hosts[host] += count if role == "article" else 0
    hacked = tally.reasons["not_an_article:hacked"]
    pages = (
        tally.read() + tally.outcomes[Outcome.NOT_AN_ARTICLE] + tally.outcomes[Outcome.FILE] + hosts.total()
    )
    if hosts.total() + hacked >= expect["hacked"] and 2 * (hosts.total() + hacked) > pages:
        said = [message("{count} × {what}", count=hacked, what=word("reason", "hacked"))] if hacked else []
        said += [
            message("{count} × {what}", count=count, what=host)
            for host, count in hosts.most_common(3)
            if count
        ]
        return (
            Verdict.BROKEN,
            message(
                "hijacked: {hosts} of {pages} pages are not its own: {said}",
                hosts=hosts.total() + hacked,
                pages=pages,
                said=joined(said),
            ),
        )
    return None


def refused(tally: Tally, past: Past, expect: Mapping[str, float]) -> Finding:
    """Finds that robots.txt or our own rules let nothing through."""
    blocked = tally.under(Outcome.BLOCKED)
    if blocked and not tally.tried() and set(blocked) - {"blocked:budget"}:
        return Verdict.BROKEN, message("every request was refused: {blocked}", blocked=told(blocked))
    return None


def walled(tally: Tally, past: Past, expect: Mapping[str, float]) -> Finding:
    """Finds that a firewall answers in the portal's place."""
    refusals = {r: n for r, n in tally.reasons.items() if r in _REFUSALS}
    walls = {
        r: n for r, n in tally.reasons.items() if r in ("not_an_article:script_wall", "not_an_article:login")
    }
    pages = tally.tried()
    if sum(refusals.values()) >= max(1.0, 0.8 * pages):
        return Verdict.BROKEN, message(
            "the server refuses us: {refusals}, of {pages} requests", refusals=told(refusals), pages=pages
        )
    if sum(walls.values()) >= expect["enough"] and 2 * sum(walls.values()) > pages:
        return Verdict.BROKEN, message(
            "the pages are behind a wall: {walls}, of {pages} requests", walls=told(walls), pages=pages
        )
    return None


def unreachable(tally: Tally, past: Past, expect: Mapping[str, float]) -> Finding:
    """Finds that nothing answered, or nothing but errors of the server."""
    failed = tally.under(Outcome.FAILED)
    total = tally.tried()
    if not total or sum(failed.values()) < total:
        return None
    return Verdict.UNREACHABLE, message(
        "none of {total} requests was answered: {failed}", total=total, failed=told(failed)
    )


def overrun(tally: Tally, past: Past, expect: Mapping[str, float]) -> Finding:
    """Finds that a limit of the night was reached: what is left waits for the next one."""
    if tally.stopped in _OVERRUNS:
        return Verdict.DEGRADED, message("ended early: {why}", why=_OVERRUNS[tally.stopped])
    if waiting := tally.reasons["blocked:budget"]:
        spent = message("{requests} requests, {size:.1f} MB", requests=tally.requests, size=tally.bytes / 1e6)
        return (
            Verdict.DEGRADED,
            message(
                "the night's budget was spent ({spent}); {waiting} URLs wait for the next night",
                spent=spent,
                waiting=waiting,
            ),
        )
    if tally.stopped and tally.stopped not in (SIGNAL, "archive"):
        return Verdict.DEGRADED, message("ended early: {why}", why=word("reason", tally.stopped))
    return None


def failing(tally: Tally, past: Past, expect: Mapping[str, float]) -> Finding:
    """Finds more errors than a healthy portal has, or than this one usually has."""
    failed = tally.under(Outcome.FAILED)
    count, total = sum(failed.values()), tally.tried()
    if count >= 2 and count > expect["failed_share"] * total:
        return Verdict.DEGRADED, message(
            "{count} of {total} requests failed: {failed}", count=count, total=total, failed=told(failed)
        )
    before = [(run.counts.get(Outcome.FAILED, 0), _ended(run.counts)) for run in past.runs]
    tries = sum(n for _, n in before)
    usual = sum(n for n, _ in before) / tries if tries else 0.0
    if tries >= 100 and count >= expect["enough"] and count > (3 * usual + 0.05) * total:
        return Verdict.DEGRADED, message(
            "{count} of {total} requests failed, usually {usual:.1%}: {failed}",
            count=count,
            total=total,
            usual=usual,
            failed=told(failed),
        )
    return None


def crashed(tally: Tally, past: Past, expect: Mapping[str, float]) -> Finding:
    """Finds that our own code failed on pages: their URLs have no outcome, so nothing else would show it."""
    if not tally.errors:
        return None
    return Verdict.DEGRADED, nmessage(
        "{n} error in reading pages; the log names it",
        "{n} errors in reading pages; the log names them",
        tally.errors,
    )


def _ended(counts: Mapping[str, int]) -> int:
    return sum(counts.get(outcome, 0) for outcome in Outcome if outcome is not Outcome.BLOCKED)
