"""Citations: as precise as the date that is known, and whole whatever stands in a title."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from storage.serve.cite import Source, apa, bibtex, cited, csl, of_article, of_release, spelled

PACKAGE: dict[str, Any] = {
    "name": "huyen", "title": "News of the districts", "title_vi": "Tin của các huyện",
    "version": "2026.11.28", "released": "2026-11-28", "fingerprint": "sha256:ab12", "id": "https://doi.org/10.5555/x_1",
    "contributors": [
        {"title": "Trần, Thị Lan", "roles": ["creator"]},
        {"title": "Nhóm Dữ liệu & Lưu trữ", "roles": ["creator"]},
        {"title": "Viện Lưu trữ", "roles": ["publisher"]},
    ],
}  # fmt: skip


def row(**values: Any) -> dict[str, Any]:
    """A version of an article, as storage.serve.browse.article has it."""
    return {
        "id": "0123456789abcdef", "number": 2, "title": "Khởi công tuyến đê mới", "author": None,
        "url": "https://doluong.nghean.gov.vn/tin/1?a=b%20c", "portal": "https://doluong.nghean.gov.vn",
        "district_id": "nghe-an.do-luong", "district": "Đô Lương", "district_kind": "huyện",
        "province": "Nghệ An", "published_at": "2023-10-26T00:15:00+07:00", "published_is_event": False,
        "fetched_at": datetime(2026, 11, 27, 18, tzinfo=UTC), "captured_via": "crawl",
        "content_hash": "f" * 64,
    } | values  # fmt: skip


@pytest.mark.parametrize(
    ("date", "english", "vietnamese", "issued"),
    [
        ("2023-10-26T00:15:00+07:00", "(2023, October 26)", "(26/10/2023)", [2023, 10, 26]),
        ("2023-10-06", "(2023, October 6)", "(06/10/2023)", [2023, 10, 6]),
        ("2023-10", "(2023, October)", "(10/2023)", [2023, 10]),
        ("2023", "(2023)", "(2023)", [2023]),
        (None, "(n.d.)", "(không rõ ngày)", None),
    ],
)
def test_a_date_is_as_precise_as_it_was_printed(
    date: str | None, english: str, vietnamese: str, issued: list[int] | None
) -> None:
    source = of_article(row(published_at=date))
    assert english in apa(source) and vietnamese in apa(source, "vi")
    [item] = json.loads(csl(source))
    assert item.get("issued", {}).get("date-parts") == ([issued] if issued else None)
    entry = bibtex(source)
    assert f"  year = {{{date[:4] if date else 'n.d.'}}}," in entry
    assert ("  month = oct," in entry) == (issued is not None and len(issued) > 1)
    assert (f"  date = {{{date[:10] if date else ''}}}," in entry) == (date is not None)


def test_the_day_of_an_event_is_no_date_of_publication() -> None:
    source = of_article(row(published_at="2023-10-26", published_is_event=True))
    assert apa(source).startswith("Huyện Đô Lương, Nghệ An. (n.d.). Khởi công tuyến đê mới. ")
    assert "reports an event of 26 October 2023; huyen:" in apa(source)
    assert "không rõ ngày đăng; nói về sự kiện 26/10/2023" in apa(of_article(row(
        published_at="2023-10-26", published_is_event=True), "vi"), "vi")  # fmt: skip
    [item] = json.loads(csl(source))
    assert "issued" not in item and item["event-date"] == {"date-parts": [[2023, 10, 26]]}
    assert "date = " not in bibtex(source).replace("urldate", "")


def test_a_sentence_names_version_capture_portal_and_proof() -> None:
    assert apa(of_article(row(author="Lan Anh"))) == (
        "Lan Anh. (2023, October 26). Khởi công tuyến đê mới. doluong.nghean.gov.vn. "
        "Huyện Đô Lương, Nghệ An. "
        "[huyen:0123456789abcdef/2; archived 2026-11-28T01:00:00+07:00; SHA-256 ffffffffffffffff]. "
        "https://doluong.nghean.gov.vn/tin/1?a=b%20c"
    )
    assert "captured by wayback;" in apa(of_article(row(captured_via="wayback")))
    unknown = of_article(row(district=None, district_kind=None, province=None))
    assert apa(unknown).startswith("Nghe-an.do-luong. (2023, October 26).")
    assert "Vì sao đê vỡ? doluong" in apa(of_article(row(title="Vì sao đê vỡ?")))


def test_bibtex_holds_whatever_a_title_holds() -> None:
    title = "50% vốn & {đất} \\input{x}\r\n#1_$ ~^ “trích” \x00@"
    entry = bibtex(of_article(row(title=title, url="https://a.vn/{x}?q=\\a b&c=%C3%AA#d")))
    said = re.search(r"^  title = \{\{(.*)\}\},$", entry, re.M)
    assert said is not None
    assert said[1] == (
        r"50\% vốn \& \textbraceleft{}đất\textbraceright{} "
        r"\textbackslash{}input\textbraceleft{}x\textbraceright{} "
        r"\#1\_\$ \textasciitilde{}\textasciicircum{} “trích” @"
    )
    assert "  url = {https://a.vn/%7Bx%7D?q=%5Ca%20b&c=%C3%AA#d}," in entry
    assert entry.count("{") == entry.count("}")
    assert entry.splitlines()[0] == "@misc{huyen_0123456789abcdef_2," and entry.splitlines()[-1] == "}"
    assert "  author = {{Huyện Đô Lương, Nghệ An}}," in entry  # an office is no person


def test_a_release_is_a_dataset_with_its_makers() -> None:
    source = of_release(PACKAGE)
    assert apa(source) == (
        "Trần, Thị Lan, & Nhóm Dữ liệu & Lưu trữ. (2026, November 28). News of the districts "
        "(Version 2026.11.28) [Data set]. Viện Lưu trữ. [sha256:ab12]. https://doi.org/10.5555/x_1"
    )
    entry = bibtex(source)
    assert entry.startswith("@dataset{huyen_2026_11_28,\n  author = {Trần, Thị Lan and {Nhóm Dữ liệu \\& Lưu")
    assert "  doi = {10.5555/x_1}," in entry and "  version = {2026.11.28}," in entry
    [item] = json.loads(csl(source))
    people = [{"family": "Trần", "given": "Thị Lan"}, {"literal": "Nhóm Dữ liệu & Lưu trữ"}]
    assert (item["type"], item["author"], item["DOI"]) == ("dataset", people, "10.5555/x_1")
    assert "Tin của các huyện (Phiên bản 2026.11.28) [Bộ dữ liệu]." in apa(of_release(PACKAGE, "vi"), "vi")


def test_a_release_without_makers_begins_with_its_title() -> None:
    bare = {name: PACKAGE[name] for name in ("title", "version")}
    assert apa(of_release(bare)) == "News of the districts (Version 2026.11.28) [Data set]. (n.d.)."
    assert "author" not in json.loads(csl(of_release(bare)))[0]
    with pytest.raises(KeyError):
        of_release({"title": "A"})


def test_an_author_of_an_article_is_never_taken_apart() -> None:
    source = of_article(row(author="Lan, Hoa"))
    assert "  author = {{Lan, Hoa}}," in bibtex(source)
    assert json.loads(cited(source, "csl"))[0]["author"] == [{"literal": "Lan, Hoa"}]
    assert spelled("2023-01-02") == "2023, January 2"
    assert Source("k", "webpage", "T", "u").authors == ()
