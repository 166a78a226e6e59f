"""Where the pictures and files of an article are looked for, and under which address they are kept."""

from __future__ import annotations

import pytest

from pipelines.html.address import absolute, base_of
from pipelines.html.parse import parse_text

PAGE = "https://mau.example.gov.vn/tin/muc/bai-7.html"


@pytest.mark.parametrize(
    ("head", "base"),
    [
        ("", PAGE),
        ("<base href='/'>", "https://mau.example.gov.vn/"),
        ("<base href=' https://tep.example.gov.vn/kho/ '>", "https://tep.example.gov.vn/kho/"),
        ("<base target=_blank><base href=/a/><base href=/b/>", "https://mau.example.gov.vn/a/"),
        ("<base href='javascript:void(0)'>", PAGE),
        ("<base href='http://['>", PAGE),
    ],
)
def test_relative_addresses_stand_on_the_base_of_the_page(head: str, base: str) -> None:
    assert base_of(parse_text(f"<head>{head}</head><p>chữ"), PAGE) == base


def test_an_address_that_is_none_leads_nowhere() -> None:
    assert absolute(PAGE, "http://[a/b.jpg") is None
    assert absolute(PAGE, "mailto:ai@example.gov.vn") is None
