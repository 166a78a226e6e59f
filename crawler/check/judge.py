"""What a portal is now, judged from one look at it: a pure function of what was seen."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from crawler.check import signs, zones
from crawler.check.look import Hop, Judgement, Look, Subject, Sure
from crawler.check.rules import RULES, TRADE_HOST, Seen
from crawler.discover.urls import same_site
from crawler.probe.fingerprints import recognise
from pipelines.html.parse import parse
from storage.language.codes import word
from storage.language.messages import joined, message
from storage.vocabulary import State, local

_REFUSALS = {401, 403, 406, 418, 429, 451}
_TLS_WORDS = {
    "expired": message("it has expired"),
    "not_yet_valid": message("it is not valid yet"),
    "self_signed": message("it is self-signed"),
    "incomplete_chain": message("its issuer is not sent along, nor known here"),
    "other_host": message("it is another host's"),
}
_FAILURES = {
    "timeout": message("it does not answer in time"),
    "silent_server": message("other portals at its address did not answer either, so it was not asked"),
    "connection": message("no connection to it could be made"),
    "unresolved": message("its name could not be looked up just now"),
    "private_address": message("its name leads to a private address, which is not asked"),
    "tls": message("its TLS cannot be spoken"),
    "too_large": message("its page is larger than is accepted"),
    "encoding": message("its page cannot be decoded"),
}


def judge(subject: Subject, look: Look) -> Judgement:
    """Returns what the portal of `subject` is, by what `look` saw."""
    if not look.hops:
        return _without_page(look)
    last = look.hops[-1]
    away = not same_site(last.url, look.portal)
    if not 200 <= last.status < 300:
        return _with_failure(_of_status(subject, look, last), look)
    page = parse(last.body, last.headers)
    read = zones.read(page.tree, last.url, subject.name, subject.province)
    day, dated = zones.newest(page.tree, last.url, last.fetched_at)
    seen = Seen(subject, look, last, page, read, day, dated, away, local(look.looked_at).date())
    found = next(filter(None, (rule(seen) for rule in RULES)))
    guess = recognise(
        urlsplit(last.url).hostname or "", [last.body.decode("utf-8", "replace")], last.headers, ()
    )
    claim = seen.claims()[0]
    return _with_failure(
        replace(
            found,
            newest=day,
            office=found.office or (claim.words if claim else None),
            title=read.title[:300] or None,
            language=read.language,
            family=guess.family,
            family_sure=guess.sure,
        ),
        look,
    )


def _without_page(look: Look) -> Judgement:
    """Judges a portal whose home page did not come at all."""
    reason = look.failure
    if reason == "no_such_name":
        host = urlsplit(look.failed_url or look.portal).hostname
        return Judgement(State.NO_NAME, "certain", message("{host} has no address", host=host))
    if reason.startswith("tls_"):
        why = _TLS_WORDS.get(reason.removeprefix("tls_"), reason.removeprefix("tls_").replace("_", " "))
        return Judgement(State.CERTIFICATE, "certain", message("its certificate is refused: {why}", why=why))
    if reason == "robots":
        return Judgement(State.REFUSED, "certain", message("its robots.txt forbids the home page to robots"))
    if reason.endswith("_robots"):
        what = reason.removesuffix("_robots").replace("http_", "HTTP ")
        said = _FAILURES.get(what) or message(
            "its robots.txt cannot be read ({what}), and without it nothing is asked", what=what
        )
        return Judgement(State.ERROR if what.startswith("HTTP") else State.NO_ANSWER, "likely", said)
    return Judgement(
        State.NO_ANSWER,
        "likely",
        _FAILURES.get(reason) or message("nothing came: {reason}", reason=word("reason", reason or "-")),
    )


def _with_failure(found: Judgement, look: Look) -> Judgement:
    """Adds what failed beside the page: a certificate that is refused is the state of a portal that lives."""
    if look.certificate.startswith("refused: ") and found.state in (State.LIVES, State.FROZEN):
        fault = look.certificate.removeprefix("refused: ")
        why = _TLS_WORDS.get(fault, fault.replace("_", " "))
        refused = message("its certificate is refused: {why}", why=why)
        said = joined(
            [refused, message("by plain http it answers: {evidence}", evidence=found.evidence)], "; "
        )
        return replace(found, state=State.CERTIFICATE, sure="certain", evidence=said)
    return found


def _of_status(subject: Subject, look: Look, last: Hop) -> Judgement:
    """Judges an answer that is no page: a redirect that was not followed, a refusal, an error."""
    text = _text(last)
    if 300 <= last.status < 400:
        return _led_away(look, last)
    said = message("it answers HTTP {status}", status=last.status)
    if signs.WORKS.search(text) and last.status not in _REFUSALS and len(text.split()) <= signs.SHORT:
        return Judgement(
            State.MAINTENANCE,
            "certain" if last.status == 503 else "likely",
            joined([said, text[:120]], ": "),
        )
    if signs.PARKED.search(text) and len(text.split()) <= signs.SHORT:
        return Judgement(State.PARKED, "likely", joined([said, text[:120]], ": "))
    if last.status in _REFUSALS:
        return Judgement(
            State.REFUSED,
            "certain",
            joined([said, text[:120]], ": ") if text else said,
        )
    return Judgement(
        State.ERROR, "certain", message("its home page answers HTTP {status}", status=last.status)
    )


def _led_away(look: Look, last: Hop) -> Judgement:
    """Judges a redirect whose target was not looked at."""
    target = look.failed_url or last.headers.get("location", "")[:300]
    try:
        host = urlsplit(target).hostname or ""
    except ValueError:
        host = ""
    if not host:
        return Judgement(
            State.ERROR, "likely", message("it redirects to what is no address: {target}", target=target)
        )
    unseen = {
        "budget": message("the {requests} requests of a look were spent", requests=look.requests),
        "off_site": message("that address may not be asked"),
        "no_such_name": message("{host} has no address", host=host),
        "robots": message("its robots.txt forbids it to robots"),
    }.get(look.failure) or message("it did not come ({reason})", reason=word("reason", look.failure or "-"))
    if last.status in (301, 308):
        said = message(
            "it redirects permanently to {target}, which was not read: {why}", target=target, why=unseen
        )
    else:
        said = message(
            "it redirects for now to {target}, which was not read: {why}", target=target, why=unseen
        )
    if same_site(target, look.portal):
        if look.failure == "robots":
            return Judgement(State.REFUSED, "likely", said)
        return Judgement(State.ERROR, "likely", said)
    if not host.endswith(".gov.vn") and TRADE_HOST.search(host):
        return Judgement(State.HIJACKED, "likely", said, target=target)
    sure: Sure = "likely" if host.endswith(".gov.vn") and last.status in (301, 308) else "guess"
    return Judgement(State.MOVED, sure, said, target=target)


def _text(hop: Hop) -> str:
    """Returns the visible text of an answer, its beginning."""
    if not hop.body:
        return ""
    tree = parse(hop.body[:200_000], hop.headers).tree
    return " ".join(
        " ".join(tree.itertext("title", "body", "p", "div", "h1", "h2", "span", "td", "center")).split()
    )[:4000]
