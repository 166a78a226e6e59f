"""What the status page says, by key, in each language; a word of the archive is GROUP.CODE."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from storage.language.codes import CODES, label
from storage.language.messages import ENGLISH, LANGUAGES, VIETNAMESE, Message, message

_GROUPS = (
    *("verdict", "status", "state", "gap", "outcome", "count", "flag", "source", "precision", "field"),
    "archive",
)
# Kinds of districts are Vietnamese in the archive.
_KINDS = {"": "", "huyện": "district", "quận": "urban district", "thị xã": "town", "thành phố": "city"}
_SAID: Mapping[str, Message] = {
    "title": message("State of the archive"),
    "written": message("As of {at} (Vietnam time)"),
    "language": message("Language"),
    "contents": message("Contents"),
    "skip": message("Skip to the portals"),
    "portals": message("Portals"),
    "history": message("Portals that left the registry"),
    "history_hint": message(
        "Kept as history: they are not crawled, raise no alarm and count among no verdicts."
    ),
    "portals_caption": message(
        "Portals with their verdict, last run and articles; a portal's button opens its details"
    ),
    "archive": message("Archive over time"),
    "fields": message("Fields"),
    "field": message("Field"),
    "dates": message("Dates"),
    "duplicates": message("Duplicates"),
    "runs": message("Last runs"),
    "search": message("Search"),
    "province": message("Province"),
    "view": message("Show"),
    "verdict": message("Verdict"),
    "all": message("All"),
    "none": message("None."),
    "view.overview": message("Overview"),
    "view.fields": message("Fields"),
    "view.dates": message("Dates"),
    "shown": message("{shown} of {all} portals"),
    "portal": message("Portal"),
    "last_run": message("Last run"),
    "articles": message("Articles"),
    "latest": message("Newest article"),
    "coverage": message("Coverage"),
    "empty": message("The archive holds no article yet. `huyen crawl --all` fills it."),
    "empty_registry": message("The archive is empty, and the registry names no portal."),
    "versions": message("Versions"),
    "captures": message("Captures"),
    "bytes": message("WARC records"),
    "files": message("Files kept"),
    "files.text": message("Files with text"),
    "files.scans": message("Scans"),
    "files.failed": message("Files failed"),
    "files.bytes": message("Size of files"),
    "undated": message("Without a date"),
    "gone": message("Vanished since"),
    "by_month": message("Articles by month of publication"),
    "growth": message("Growth of the archive"),
    "as_table": message("As a table"),
    "at_most": message("At most {n} a month"),
    "year": message("Year"),
    "month": message("Month"),
    "calendar": message("Articles a day"),
    "calendar_hint": message("One line a year, one column a day."),
    "gaps": message("Longest gaps:"),
    "gap": message("{from} to {to} ({days} days)"),
    "no_gaps": message("No gap of {days} days or more."),
    "no_dates": message("No article with a date."),
    "month_only": message("Dated to the month"),
    "year_only": message("Dated to the year"),
    "outside": message("Dated outside 1990 to next year"),
    "until": message("alive until {day}"),
    "last_healthy": message("last healthy run {at}"),
    "held_of": message("{held} of {named} articles named are held"),
    "unwalked": message("sections not walked: {n}"),
    "share": message("Share"),
    "source": message("Date from"),
    "precision": message("Precision"),
    "flags": message("Flags"),
    "copied_from": message("Repeats stories of"),
    "copied_by": message("Its stories are repeated by"),
    "exact": message("Exact"),
    "near": message("Near"),
    "who_copies": message("Who repeats whom"),
    "origin": message("Published first"),
    "copy": message("Repeated by"),
    "clusters": message("Stories told most often"),
    "story": message("Story"),
    "first_on": message("First on"),
    "published": message("Published"),
    "on_portals": message("On portals"),
    "seconds": message("{n} s"),
    "minutes": message("{n} min"),
    "hours": message("{n} h"),
    "run": message("Run"),
    "began": message("Began"),
    "took": message("Took"),
    "counts": message("Counts"),
    "fields_hint": message("“Fields” under “Show” gives the shares of every portal."),
    "events": message("In {n} articles the date of the event stands in for an unknown date of publication."),
    "census": message("The country"),
    "census_caption": message(
        "Every district with what is known of its portals and what is held; gaps first"
    ),
    "district": message("District"),
    "gap_held": message("State of the collection"),
    "checked": message("Checked"),
    "days_held": message("Days held"),
    "elsewhere": message("Pages held elsewhere"),
    "candidates": message("candidate hosts: {n}"),
    "census_shown": message("{shown} of {all} districts; articles of {held} are held"),
    "archives": message("Captures of other archives"),
    "rescued": message("{n} of {all} articles rest on captures of other archives."),
    "source_of_captures": message("Archive"),
}


def strings() -> dict[str, dict[str, str]]:
    """Returns what the page says: by language, then by key. {name} is filled in by the page."""
    return {language: _of(language) for language in LANGUAGES}


def _of(language: str) -> dict[str, str]:
    words = {key: said.in_language(language) for key, said in _SAID.items()}
    words |= {f"kind.{kind}": name if language == ENGLISH else kind for kind, name in _KINDS.items()}
    return words | {
        f"{group}.{code}": label(group, code, language) for group in _GROUPS for code in CODES[group]
    }


def sentences(said: Iterable[str]) -> dict[str, str]:
    """Returns sentences of evidence that have a Vietnamese form: the English one, and that."""
    return {str.__str__(one): one.in_language(VIETNAMESE) for one in said if isinstance(one, Message)}
