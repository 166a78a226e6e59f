"""Words of the archive that people see in their own language: verdicts, outcomes, reasons, columns of tables.

In JSON, CSV, options and the database the codes stay as they are, and in English they are shown as they are.
The catalogue has each under its group.
"""

from __future__ import annotations

from collections.abc import Mapping

from storage.language.messages import ENGLISH, Message, message, pmessage

CODES: Mapping[str, tuple[str, ...]] = {
    group: tuple(word.replace("~", " ") for word in words.split())
    for group, words in {
        "verdict": "ok quiet frozen moved degraded broken unreachable died running starting not~begun never "
        "rebuilt gone hijacked unlisted unseen",
        "status": "live frozen moved gone hijacked unseen unlisted",
        "outcome": "new changed unchanged duplicate listing file part not_an_article redirected gone suspect "
        "blocked failed reread settled off_site too_large lost",
        "state": "lives frozen moved another_office hijacked parked maintenance default_page certificate "
        "refused error no_name no_answer unclear",
        "gap": "no_portal unseen lost empty troubled held",
        "reason": "timeout dns connection tls tls_expired tls_self_signed tls_incomplete_chain "
        "tls_other_host tls_not_yet_valid scheme too_large encoding redirects archive database taken "
        "stopped robots off_site private_address print_view budget too_long too_many_parameters too_deep "
        "repeated_path language_switch nested_url calendar redirect_home section_front soft_404 login "
        "script_wall redirect_page search static comments hacked empty unreadable no_html not_modified "
        "same_bytes exact near not_a_file",
        "flag": "undated doubtful partial short suspected_spam damaged_text cut_short captions_only",
        "source": "meta json-ld visible url feed text inferred none",
        "field": "title lead body author category date captions images attachments",
        "archive": "held sightings waiting unplayable after_end",
        "precision": "minute day month year none",
        "kind": "attachment image requisite",
        "file": "pending kept gone failed blocked off_site too_large not_a_file changed unchanged",
        "rescue": "ok listed nothing_archived excluded partial banned refused unreachable stopped",
        "count": "requests bytes revisit undated unsigned bodiless doubtful partial suspected_spam "
        "median_words compared compared_words agreed_words errors named held left documents sections "
        "unwalked complete absent",
        "run": "crawl rescue",
        "origin": "default environment",
        "sure": "certain likely guess",
        "zone": "title site~name banner footer text",
        "fault": "no_evidence no_version unreadable missing_file stray_file orphan_file damaged digest "
        "record no_record no_body",
        "text": "text scan mixed ocr_layer suspect empty encrypted broken unsupported too_large timeout "
        "crashed lost",
        "check": "ok note attention registry environment contact database clock data~folder space limits "
        "tesseract webhook mail alerts cron machine",
        "column": "id code kind name district district_id portal portals province family status districts of "
        "started started_at ended finished_at verdict host pid evidence candidates type size version title "
        "url files kept mean state sure before checked value from listings links pages rows new changed "
        "unchanged duplicate failed reading took",
    }.items()
}


LABELS: Mapping[str, str] = {  # what pages say in English, where the code alone would puzzle
    "verdict.never": "never run",
    "verdict.rebuilt": "filled from WARC files",
    "verdict.gone": "closed",
    "verdict.unlisted": "left the registry",
    "status.gone": "closed",
    "status.unlisted": "not in the registry",
    "field.title": "Title",
    "field.lead": "Lead",
    "field.body": "Body",
    "field.author": "Author",
    "field.category": "Category",
    "field.date": "Date",
    "field.captions": "Captions",
    "field.images": "Images",
    "field.attachments": "Attachments",
    "source.json-ld": "JSON-LD",
    "source.visible": "visible line",
    "source.url": "URL",
    "source.feed": "feed or listing",
    "flag.doubtful": "doubtful reading",
    "flag.partial": "pages missing",
    "outcome.listing": "listings",
    "outcome.part": "further pages",
    "outcome.not_an_article": "no article",
    "gap.no_portal": "no portal known",
    "gap.unseen": "nobody has looked",
    "gap.lost": "lost, nothing held",
    "gap.empty": "nothing held yet",
    "gap.troubled": "held, needs attention",
    "state.another_office": "another office now",
    "state.parked": "parked or for sale",
    "state.default_page": "a server's default page",
    "state.certificate": "certificate broken",
    "state.refused": "refuses us",
    "state.error": "answers with an error",
    "status.unseen": "nobody has looked",
    "archive.held": "fetched",
    "archive.sightings": "same text",
    "archive.waiting": "to fetch",
    "archive.unplayable": "not to be had",
    "archive.after_end": "after the end",
}


def label(group: str, code: str, language: str) -> str:
    """Returns a code as pages show it in `language`: in words of English, too."""
    if language == ENGLISH:
        return LABELS.get(f"{group}.{code}", code.replace("_", " "))
    return word(group, code).in_language(language)


def word(group: str, code: str) -> Message:
    """Returns a code as a message: itself in English, its word in other languages."""
    if group == "reason" and code.startswith("http_"):
        return message("http_{status}", status=code.removeprefix("http_"))
    if group == "reason" and code.endswith("_robots"):
        return message("{reason}_robots", reason=word(group, code.removesuffix("_robots")))
    return pmessage(group, code)
