"""How an article or a release is cited: a sentence as APA has it, BibTeX, CSL-JSON.

A date is given as precisely as it is known: a day, a month, a year, or none. The day of an event that stands
for a missing date of publication is named as such, never as the date of publication.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from storage.language.messages import ENGLISH
from storage.vocabulary import iso
from storage.warc.provenance import CRAWL

FORMATS = ("apa", "bibtex", "csl")
WEBPAGE, DATASET = "webpage", "dataset"
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
_WORDS = {
    "en": {
        "undated": "n.d.",
        "event": "no date of publication; reports an event of {day}",
        "archived": "archived {at}",
        "via": "captured by {via}",
        "dataset": "Data set",
        "version": "Version {number}",
    },
    "vi": {
        "undated": "không rõ ngày",
        "event": "không rõ ngày đăng; nói về sự kiện {day}",
        "archived": "lưu lúc {at}",
        "via": "bản lưu của {via}",
        "dataset": "Bộ dữ liệu",
        "version": "Phiên bản {number}",
    },
}
# What TeX reads as commands. Braces count for BibTeX even behind a backslash, so they become commands.
_TEX = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}", **{sign: f"\\{sign}" for sign in "&%$#_"},
}  # fmt: skip
_FAMILY = re.compile(r"[^\W\d_]+")  # one word; "Huyện Đô Lương, Nghệ An" is an office


@dataclass(frozen=True, slots=True)
class Source:
    """What is cited. `key` is that of BibTeX and CSL; `notes` tell the exact version and its proof.

    `date` is YYYY, YYYY-MM or YYYY-MM-DD, None where it is not known; `event` the day of an event, where that
    is all that is known. `accessed` is the day of the capture.
    """

    key: str
    kind: str  # WEBPAGE or DATASET, as CSL has them
    title: str
    url: str
    authors: Sequence[str] = ()
    date: str | None = None
    event: str | None = None
    container: str = ""
    publisher: str = ""
    version: str = ""
    doi: str = ""
    accessed: str = ""
    notes: Sequence[str] = ()
    language: str = "vi"


def of_article(row: Mapping[str, Any], language: str = ENGLISH) -> Source:
    """Returns the source of a version of an article, as storage.serve.browse.article has it."""
    words = _WORDS[language]
    day, event = (row["published_at"] or "")[:10] or None, None
    if row["published_is_event"]:
        day, event = None, day
    kind = f"{row['district_kind'] or ''} {row['district'] or row['district_id']}".strip()
    office = ", ".join(filter(None, (kind[:1].upper() + kind[1:], row["province"])))
    notes = [f"huyen:{row['id']}/{row['number']}", words["archived"].format(at=iso(row["fetched_at"]))]
    if row["captured_via"] not in (None, CRAWL):
        notes.append(words["via"].format(via=row["captured_via"]))
    notes.append(f"SHA-256 {row['content_hash'][:16]}")
    return Source(
        key=f"huyen_{row['id']}_{row['number']}",
        kind=WEBPAGE,
        title=_line(row["title"]),
        url=row["url"],
        authors=[_line(row["author"])] if row["author"] else [office],
        date=day,
        event=event,
        container=urlsplit(row["portal"]).netloc or row["portal"],
        publisher=office if row["author"] else "",
        version=str(row["number"]),
        accessed=iso(row["fetched_at"])[:10],
        notes=notes,
    )


def of_release(package: Mapping[str, Any], language: str = ENGLISH) -> Source:
    """Returns the source of a release, of its datapackage.json (Data Package v2). Raises KeyError for one
    without title or version."""
    people = package.get("contributors", ())
    by_role = {
        role: [one["title"] for one in people if role in one.get("roles", ())]
        for role in ("creator", "publisher")
    }
    doi = str(package.get("id", "")).removeprefix("https://doi.org/")
    fingerprint = str(package.get("fingerprint", ""))
    version = str(package["version"])
    said = (language != ENGLISH and package.get(f"title_{language}")) or package["title"]
    return Source(
        key=re.sub(r"[^0-9A-Za-z]+", "_", f"{package.get('name', 'huyen')}_{version}"),
        kind=DATASET,
        title=_line(said),
        url=f"https://doi.org/{doi}" if doi else str(package.get("homepage", "")),
        authors=by_role["creator"] or by_role["publisher"],
        date=str(package.get("released") or package.get("created") or "")[:10] or None,
        publisher=by_role["publisher"][0] if by_role["publisher"] and by_role["creator"] else "",
        version=version,
        doi=doi,
        notes=[fingerprint] if fingerprint else [],
    )


def cited(source: Source, form: str, language: str = ENGLISH) -> str:
    """Returns `source` in one of FORMATS, without a newline at its end."""
    return {"apa": apa, "bibtex": bibtex, "csl": csl}[form](source, language)


def apa(source: Source, language: str = ENGLISH) -> str:
    """Returns a reference in the manner of APA 7: author, date, title, container, publisher, address."""
    words = _WORDS[language]
    dated = spelled(source.date, language) if source.date else words["undated"]
    described = source.title
    if source.kind == DATASET:
        number = words["version"].format(number=source.version)
        described = f"{source.title} ({number}) [{words['dataset']}]"
    authors = joined(source.authors)
    parts = [authors, f"({dated})", described] if authors else [described, f"({dated})"]
    notes = "; ".join([*_event(source, language), *source.notes])
    parts += [source.container, source.publisher, f"[{notes}]" if notes else ""]
    said = " ".join(part if part.endswith((".", "?", "!")) else f"{part}." for part in parts if part)
    return f"{said} {source.url}".rstrip()


def bibtex(source: Source, language: str = ENGLISH) -> str:
    """Returns an entry that BibTeX and biblatex read; offices and names as printed stay whole."""
    year, month, *_ = [*(source.date or "").split("-"), ""]
    names = [_tex(name) if _person(source, name) else f"{{{_tex(name)}}}" for name in source.authors]
    texts = {
        "author": " and ".join(names),
        "title": f"{{{_tex(source.title)}}}",
        "year": year or _WORDS[language]["undated"],
        "date": source.date or "",
        "month": _MONTHS[int(month) - 1][:3].lower() if month else "",
        "howpublished": _tex(source.container),
        "publisher": f"{{{_tex(source.publisher)}}}" if source.publisher else "",
        "version": _tex(source.version) if source.kind == DATASET else "",
        "doi": source.doi,
        "url": quote(source.url, safe=":/?#[]@!$&'()*+,;=%~-._"),
        "urldate": source.accessed,
        "note": _tex("; ".join([*_event(source, language), *source.notes])),
    }
    lines = [
        f"  {name} = {text if name == 'month' else f'{{{text}}}'}," for name, text in texts.items() if text
    ]
    return "\n".join([f"@{'misc' if source.kind == WEBPAGE else source.kind}{{{source.key},", *lines, "}"])


def csl(source: Source, language: str = ENGLISH) -> str:
    """Returns an item of CSL-JSON 1.0, as Zotero and pandoc read it, in an array as they want it."""
    item: dict[str, Any] = {
        "id": source.key,
        "type": source.kind,
        "author": [_person(source, name) or {"literal": name} for name in source.authors],
        "title": source.title,
        "container-title": source.container,
        "publisher": source.publisher,
        "version": source.version,
        "issued": _parts(source.date),
        "event-date": _parts(source.event),
        "accessed": _parts(source.accessed),
        "DOI": source.doi,
        "URL": source.url,
        "language": source.language,
        "note": "; ".join(source.notes),
    }
    return json.dumps([{name: value for name, value in item.items() if value}], ensure_ascii=False, indent=2)


def spelled(date: str, language: str = ENGLISH) -> str:
    """Returns a date as precise as it is: "2023, October 26" as APA has it, or "26/10/2023"."""
    year, *rest = date.split("-")
    if language != ENGLISH:
        return "/".join(reversed([year, *rest]))
    if not rest:
        return year
    month = _MONTHS[int(rest[0]) - 1]
    return f"{year}, {' '.join([month, *(day.lstrip('0') for day in rest[1:])])}"


def _parts(date: str | None) -> dict[str, Any] | None:
    return {"date-parts": [[int(part) for part in date.split("-")]]} if date else None


def _event(source: Source, language: str) -> list[str]:
    if source.event is None:
        return []
    day = spelled(source.event, language)
    if language == ENGLISH:  # within a sentence: 26 October 2023
        year, _, rest = day.partition(", ")
        day = " ".join([*reversed(rest.split()), year])
    return [_WORDS[language]["event"].format(day=day)]


def _person(source: Source, name: str) -> dict[str, str] | None:
    """Returns the parts of a creator's name that says where they part ("Family, Given"); None for others."""
    family, comma, given = name.partition(", ")
    parted = source.kind == DATASET and comma and _FAMILY.fullmatch(family)
    return {"family": family, "given": given} if parted else None


def joined(names: Sequence[str]) -> str:
    """Returns names as APA lists them: with commas, and "&" before the last."""
    return names[0] if len(names) == 1 else ", & ".join([", ".join(names[:-1]), names[-1]]) if names else ""


def _line(text: str) -> str:
    """Returns a text on one line, without control characters."""
    return " ".join("".join(sign if sign.isprintable() or sign.isspace() else " " for sign in text).split())


def _tex(text: str) -> str:
    return "".join(_TEX.get(sign, sign) for sign in text)
