"""Administrative documents: what they say of themselves, and where they say nothing sure."""

from __future__ import annotations

import tomllib
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from pipelines.files.letterhead import letterhead

DOCUMENTS = tomllib.loads((Path(__file__).parents[3] / "fixtures/files/letterheads.toml").read_text("utf-8"))[
    "document"
]


@pytest.mark.parametrize("document", DOCUMENTS, ids=[document["name"] for document in DOCUMENTS])
def test_a_document_tells_what_it_says_of_itself(document: dict[str, Any]) -> None:
    found = asdict(letterhead(document["text"]))
    expected = document.get("says", {}) | dict.fromkeys(document.get("nothing", []))
    assert {key: found[key] for key in expected} == expected


def test_a_text_without_a_number_says_nothing() -> None:
    text = "Căn cứ Luật Đất đai;\nThanh Lưu, ngày 2 tháng 3 năm 2020\nCHỦ TỊCH\nLê Văn An\n"
    assert set(asdict(letterhead(text)).values()) == {None}
