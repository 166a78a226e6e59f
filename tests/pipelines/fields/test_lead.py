"""The lead that a class marks."""

from __future__ import annotations

import pytest

from pipelines.article.assign import assign
from pipelines.article.roles import Roles
from pipelines.fields.lead import take_marked_lead
from pipelines.html.blocks import blocks
from pipelines.html.parse import parse_text

LEAD = "Ba bản vùng cao vừa có điện lưới sau nhiều năm chờ đợi."
TEXT = "<p>Tối qua, cả bản thức tới khuya để xem bóng đèn sáng trong từng nếp nhà sàn.</p>"


def read(markup: str) -> tuple[str | None, int]:
    """The lead and the number of paragraphs of a page whose `markup` stands behind its headline."""
    tree = parse_text(f"<body><div>{markup}</div></body>")
    found = blocks(tree)
    body = tree.find(".//*[@id='than']")
    inside = {i for i, b in enumerate(found) if body in (b.element, *b.element.iterancestors())}
    roles = assign(found, "Điện về bản", inside, told=False)
    take_marked_lead(roles, found, inside)
    return roles.lead, len(roles.body)


@pytest.mark.parametrize("name", ["sapo", "detail-sapo", "chapeau", "hometext", "mo-ta", "article__summary"])
def test_a_marked_lead_above_or_inside_the_text(name: str) -> None:
    lead = f"<p class='{name}'>{LEAD}</p>"
    assert read(f"{lead}<div id=than>{TEXT * 2}</div>") == (LEAD, 2)
    assert read(f"<div id=than>{lead}{TEXT * 2}</div>") == (LEAD, 2)


def test_names_of_other_things_count_above_the_text_only() -> None:
    lead = f"<p class=description>{LEAD}</p>"
    assert read(f"{lead}<div id=than>{TEXT * 2}</div>") == (LEAD, 2)
    assert read(f"<div id=than>{lead}{TEXT * 2}</div>") == (None, 3)


def test_a_lead_of_two_lines_is_one() -> None:
    lead = f"<div class=sapo><p>{LEAD}</p><p>{LEAD}</p></div>"
    assert read(f"{lead}<div id=than>{TEXT * 2}</div>") == (f"{LEAD} {LEAD}", 2)


@pytest.mark.parametrize(
    "markup",
    [
        f"<div id=than><p class=sapo>{LEAD}</p></div>",
        f"<div id=than>{TEXT}<p class=sapo>{LEAD}</p>{TEXT}</div>",
        f"<p class=sapo>Điện lưới</p><div id=than>{TEXT * 2}</div>",
        f"<p class=sapo><a href=/x>{LEAD}</a></p><div id=than>{TEXT * 2}</div>",
    ],
)
def test_what_is_no_lead(markup: str) -> None:
    assert read(markup)[0] is None


ONE = "Cây cầu nối hai bản, giúp hơn một trăm học sinh tới trường mà không phải lội suối."
TWO = "Kinh phí do bà con góp một phần, phần còn lại của một doanh nghiệp trong huyện."
SUMMARY = "Ba năm sau trận lũ, bến đò ngang được thay bằng một chiếc cầu treo rộng hai mét."


@pytest.mark.parametrize(
    ("above", "name", "taken"),
    [
        ("", "summary", True),  # a box of its own between headline and text
        ("", "description", True),
        ("", "news-summary", True),
        ("", "entry-content", False),
        ("<p>Hoài An</p><p>14/7/2023 07:20</p>", "sapo", True),  # a name and a date above it
        ("", "text-with-summary", False),  # a field's name, not a lead's
    ],
)
def test_a_summary_inside_the_body_is_the_lead_where_it_stands_apart(
    above: str, name: str, taken: bool
) -> None:
    tree = parse_text(
        f"<body>{above}<div class='{name}'>{SUMMARY}</div><div><p>{ONE}</p><p>{TWO}</p></div></body>"
    )
    found = blocks(tree)
    roles = Roles(body=list(found))
    take_marked_lead(roles, found, set(range(len(found))))
    assert roles.lead == (SUMMARY if taken else None)
    assert [block.text for block in roles.body if block.words >= 6][-2:] == [ONE, TWO]
    assert all(block.text != SUMMARY for block in roles.body) is taken


def test_a_summary_among_the_paragraphs_is_one_of_them() -> None:
    tree = parse_text(f"<body><div><p class='summary'>{SUMMARY}</p><p>{ONE}</p><p>{TWO}</p></div></body>")
    found = blocks(tree)
    roles = Roles(body=list(found))
    take_marked_lead(roles, found, set(range(len(found))))
    assert (roles.lead, len(roles.body)) == (None, 3)


def test_what_stands_above_a_lead_in_the_body_is_cut_with_a_reason() -> None:
    tree = parse_text(f"<body><p>Hoài An</p><p class='sapo'>{SUMMARY}</p><p>{ONE}</p><p>{TWO}</p></body>")
    found = blocks(tree)
    roles = Roles(body=list(found))
    take_marked_lead(roles, found, set(range(len(found))))
    assert [(why, block.text) for why, block in roles.cut] == [("above the lead", "Hoài An")]
