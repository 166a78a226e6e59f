"""The kept form of an article."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from pipelines.items import Article, Image, RawPage
from pipelines.normalise import MAX_SHORT, clean, normalise

PAGE = RawPage(url="https://a.example.gov.vn/a", body=b"", fetched_at=datetime(2026, 11, 21, tzinfo=UTC))


@given(st.text())
def test_a_kept_line_is_nfc_visible_and_whole(text: str) -> None:
    line = clean(text)
    assert line is None or (line.strip() == line != "" and unicodedata.is_normalized("NFC", line))


def test_empty_paragraphs_go() -> None:
    assert normalise(Article(PAGE, "A", body=["", " \u200b ", "Chữ"])).body == ["Chữ"]


def test_the_title_does_not_stand_again_in_the_body() -> None:
    assert normalise(Article(PAGE, "Tin trong huyện", body=["TIN TRONG HUYỆN.", "Chữ"])).body == ["Chữ"]


def test_the_lead_does_not_stand_again_in_the_body() -> None:
    assert normalise(Article(PAGE, "A", lead="Mở đầu", body=["Mở đầu", "Chữ"])).body == ["Chữ"]


def test_a_paragraph_said_twice_stays_twice() -> None:
    assert normalise(Article(PAGE, "A", body=["Một", "Hai", "Một"])).body == ["Một", "Hai", "Một"]


def test_short_fields_are_bounded() -> None:
    found = normalise(Article(PAGE, "chữ " * 5_000, images=[Image("/a.jpg", alt="a" * 5_000)]))
    assert len(found.title) <= MAX_SHORT and len(found.images[0].alt or "") == MAX_SHORT


def test_the_tree_is_let_go() -> None:
    assert normalise(Article(PAGE, "A", tree=object())).tree is None
