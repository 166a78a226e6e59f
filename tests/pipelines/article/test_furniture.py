"""Furniture that looks like an article's own text: what is cut once it is shown to repeat, what never."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from benchmarks.scoring import token_f1
from pipelines.article.furniture import repeated, sightings
from pipelines.chain import read
from pipelines.html.blocks import Block
from pipelines.items import Article, Hints, RawPage
from pipelines.persist import record
from storage.articles import furniture
from storage.articles.block_keys import FIRM, TAKEN, keys, picture_key
from storage.database import Database, open_database
from tests.pipelines.repeating import CAPTION, PORTAL, TEMPLATES, Case, cases
from tests.storage.making import keep

FETCHED = datetime(2026, 11, 21, tzinfo=UTC)
PROSE = (
    "Sáng nay, Ủy ban nhân dân huyện tổ chức hội nghị giao ban đánh giá kết quả thực hiện nhiệm vụ {}, bàn "
    "những việc cần làm ngay và phân công các phòng, ban, ngành, các xã và thị trấn thực hiện tháng tới."
)


@pytest.fixture
def light(tmp_path: Path) -> Database:
    return open_database(f"sqlite:///{tmp_path / 'archive.db'}")


def article(body: bytes, url: str = f"{PORTAL}/tin-1.html", hints: Hints | None = None) -> Article:
    page = RawPage(url, body, FETCHED, portal=PORTAL, district_id="x.y", hints=hints or Hints())
    found = read(page)
    assert isinstance(found, Article), found.reason
    return found


def learn(db: Database, pages: Sequence[tuple[str, bytes]]) -> Hints:
    """What an archive of `pages` knows of their furniture."""
    keep(db, [record(article(body, url)) for url, body in pages])
    return Hints(**furniture.known(db, PORTAL))


def figures(found: Sequence[Case], hints: Hints) -> tuple[float, int]:
    """The least token F1 of the pages, and how many lines of their texts are not their own."""
    scores, leaked = [], 0
    for case in found:
        one = article(case.body, case.url, hints)
        lines = [*([one.lead] if one.lead else []), *one.body]
        scores.append(token_f1(case.paragraphs, lines))
        leaked += sum(line not in case.paragraphs for line in lines)
        assert CAPTION in one.captions
    return min(scores), leaked


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_dozen_pages_teach_what_no_rule_can_know(light: Database, template: str) -> None:
    found = cases(template)
    assert figures(found, Hints())[1] >= 5 * len(found)
    hints = learn(light, [(case.url, case.body) for case in found[:12]])
    assert figures(found, hints) == (1.0, 0)


def page(title: str, *blocks: str) -> bytes:
    head = f"<html><head><title>{title}</title></head><body><h1>{title}</h1><div>26/10/2023 09:30</div>"
    return f"{head}<div class=noi-dung>{''.join(blocks)}</div></body></html>".encode()


def _pages(*blocks: str, count: int = 14, above: str = "") -> list[tuple[str, bytes]]:
    """Articles of two paragraphs of their own, and `blocks` behind them."""
    own = [
        [f"<p>{PROSE.format(f'{part} của kỳ họp thứ {chr(97 + n) * 3}')}</p>" for part in ("đầu", "sau")]
        for n in range(count)
    ]
    return [
        (f"{PORTAL}/tin-{n}.html", page(f"Kỳ họp {chr(97 + n) * 3} của huyện", above, *texts, *blocks))
        for n, texts in enumerate(own)
    ]


@pytest.mark.parametrize(
    "block",
    [
        "<p>Trân trọng thông báo./.</p>",
        "<p>Xin trân trọng cảm ơn!</p>",
        "<p>(Có văn bản gửi kèm)</p>",
        "<p>Chi tiết xem tại đây</p>",
        "<p>TM. ỦY BAN NHÂN DÂN HUYỆN</p>",
        "<p>II. Tổ chức thực hiện</p>",
    ],
)
def test_the_formulas_of_notices_stay(light: Database, block: str) -> None:
    pages = _pages(block)
    text = block.removeprefix("<p>").removesuffix("</p>")
    before = article(pages[0][1])
    assert text in before.body or text == before.author
    after = article(pages[0][1], hints=learn(light, pages))
    assert (after.body, after.author) == (before.body, before.author)


@pytest.mark.parametrize(
    "notice", ["", "<p>Ghé thăm chúng tôi mỗi ngày để đón đọc tin tức của huyện nhà.</p>"]
)
def test_a_pen_name_on_every_article_is_its_author(light: Database, notice: str) -> None:
    pages = _pages("<p style='text-align:right'><b>Sỹ Bắc</b></p>", notice)
    hints = learn(light, pages)
    assert bool(hints.furniture) is bool(notice)
    after = article(pages[0][1], hints=hints)
    assert (after.author, len(after.body)) == ("Sỹ Bắc", 2)


def test_what_names_the_site_is_no_author(light: Database) -> None:
    pages = _pages("<p>Cổng Thông Tin Điện Tử Huyện Gia Viễn</p>")
    hints = learn(light, pages)
    assert "Cổng" in (article(pages[0][1]).author or " ".join(article(pages[0][1]).body))
    after = article(pages[0][1], hints=hints)
    assert (after.author, len(after.body)) == (None, 2)


def test_a_yearly_look_alike_keeps_what_it_shares(light: Database) -> None:
    shared = "<p>Đây là hoạt động thường niên thể hiện đạo lý uống nước nhớ nguồn của nhân dân huyện nhà.</p>"
    pages = [
        *_pages(count=12),
        *[(f"{PORTAL}/le-{n}.html", body) for n, (_, body) in enumerate(_pages(shared)[12:])],
    ]
    assert not learn(light, pages).furniture


def test_a_banner_above_every_article_is_no_picture_of_it(light: Database) -> None:
    pages = _pages(above="<p><img src='/anh/bieu-ngu.jpg'></p><p>Chung tay vì một huyện xanh, sạch, đẹp</p>")
    assert [image.url for image in article(pages[0][1]).images] == [f"{PORTAL}/anh/bieu-ngu.jpg"]
    hints = learn(light, pages[:12])  # the picture; without it, the line below is no caption of it
    keep(light, [record(article(body, url, hints)) for url, body in pages[12:]])
    after = article(pages[0][1], hints=Hints(**furniture.known(light, PORTAL)))
    assert (after.images, after.captions, len(after.body)) == ([], [], 2)


def _blocks(*texts: str) -> list[Block]:
    return [Block("text", None, text) for text in texts]


LONG = "Một đoạn văn dài của chính bài viết " * 4


def _named(found: Sequence[Block]) -> dict[int, str]:
    return dict(enumerate(keys([block.text for block in found])))


@pytest.mark.parametrize(
    ("texts", "cut"),
    [
        (["Khẩu hiệu", LONG, LONG + "a"], {0}),
        ([LONG, LONG + "a", "Khẩu hiệu"], {2}),
        ([LONG, "Khẩu hiệu", LONG + "a"], set()),  # shown at edges only
        ([LONG, "Thông tin bản quyền", LONG + "a"], {1}),  # shown wherever it stands
        (["Khẩu hiệu", "Thông tin bản quyền"], set()),  # nothing would be left
    ],
)
def test_where_a_block_is_cut(texts: list[str], cut: set[int]) -> None:
    found = _blocks(*texts)
    anywhere, edge = keys(["Thông tin bản quyền", "Khẩu hiệu"])
    hints = Hints(furniture=frozenset([anywhere]), furniture_at_edges=frozenset([edge]))
    assert repeated(found, range(len(found)), _named(found), hints, {}) == cut


def test_sightings_tell_how_a_block_stood() -> None:
    found = _blocks("Lời chào", LONG, "Giữa bài", LONG + "a", "Gồm có:", "Lời chào")
    seen = sightings(found, range(len(found)), _named(found), {2}, {})
    assert [(text[:8], flags) for _, text, flags in seen] == [
        ("Lời chào", 0),
        (LONG[:8], 0),
        ("Giữa bài", FIRM | TAKEN),
        (LONG[:8], 0),
        ("Gồm có:", FIRM),
    ]


def test_explained_block_by_block(light: Database) -> None:
    (first, *_) = found = cases(TEMPLATES[1], 12)
    hints = learn(light, [(case.url, case.body) for case in found])
    explained = article(first.body, first.url, hints).explain()
    roles: dict[str, list[Any]] = {}
    for line in explained:
        roles.setdefault(line.role, []).append(line.text)
    assert roles["title"] == [first.title]
    assert roles["body"] == first.paragraphs
    assert roles["caption"] == [CAPTION]
    assert all(line.reason for line in explained if line.role == "cut")
    assert sum(line.reason == "repeats on the pages of this portal" for line in explained) == 5


def test_pictures_are_told_apart_by_their_number() -> None:
    assert picture_key(f"{PORTAL}/anh/1.jpg") != picture_key(f"{PORTAL}/anh/2.jpg")
