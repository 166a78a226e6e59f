"""What a portal's template is shown to be: where it has its text, and where it links other articles."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fixtures.articles import slugify
from pipelines.chain import read
from pipelines.items import Article, Hints, RawPage
from pipelines.persist import record
from storage.articles import furniture
from storage.database import Database, open_database
from tests.storage.making import keep

PORTAL = "https://songlam.gov.vn"
FETCHED = datetime(2026, 11, 21, tzinfo=UTC)
WORDS = "huyện xã bản đường cầu trường ruộng rừng chợ đập kênh mương trạm điện nước lúa ngô trâu bò".split()
OLD = (
    "Sông Lam có từ thời các vua Hùng, bốn mùa nước chảy, hai bờ là làng mạc, bãi dâu và những lò gốm cũ, "
    "nơi người xưa xuôi bè gỗ về phủ và chở muối ngược lên ngàn, nay là vùng đất học nổi tiếng của tỉnh."
)


def told(number: int, words: int = 45) -> str:
    return " ".join(random.Random(number).choices(WORDS, k=words)).capitalize() + "."


def title(number: int) -> str:
    return f"{told(number + 900, 9)[:-1]} {number}"


def address(number: int) -> str:
    return f"{PORTAL}/tin/{slugify(title(number))}.html"


def page(number: int, *lines: str, box: str = "chi-tiet", under: str = "") -> bytes:
    """An article; beside its text stands a column with a longer one."""
    text = "".join(f"<div>{line}</div>" for line in lines)
    return (
        f"<html><head><title>{title(number)}</title></head><body><div class='khung'>"
        f"<div class='cot-trai'><h3>Giới thiệu</h3><div class='gt'><p>{OLD}</p><p>{OLD}</p></div></div>"
        f"<div class='cot-giua'><h1>{title(number)}</h1><div class='ngay'>Ngày đăng: 12/03/2024</div>"
        f"<div class='{box}'>{text}{under}</div></div></div></body></html>"
    ).encode()


def reading(body: bytes, number: int, hints: Hints | None = None) -> Article:
    found = read(
        RawPage(address(number), body, FETCHED, portal=PORTAL, district_id="x.y", hints=hints or Hints())
    )
    assert isinstance(found, Article), found.reason
    return found


@pytest.fixture
def light(tmp_path: Path) -> Database:
    return open_database(f"sqlite:///{tmp_path / 'archive.db'}")


def learn(db: Database, numbers: Sequence[int], under: str = "") -> Hints:
    pages = [page(n, told(n), told(n + 100), told(n + 200), under=under) for n in numbers]
    keep(db, [record(reading(body, n)) for n, body in zip(numbers, pages, strict=True)])
    return Hints(**furniture.known(db, PORTAL))


def lines(article: Article) -> list[str]:
    return [*([article.lead] if article.lead else []), *article.body]


def test_a_short_text_is_found_where_the_template_has_its_texts(light: Database) -> None:
    short = "Lịch cắt điện ngày mai hoãn đến thứ sáu."
    body = page(50, short)
    hints = learn(light, range(14))
    assert len(hints.template) == 1
    found = reading(body, 50, hints)
    assert lines(found) == [short]
    assert "learned" in found.witnesses


def test_what_is_learned_does_not_depend_on_the_order_of_pages(tmp_path: Path) -> None:
    found = set()
    for name, numbers in {"up": range(14), "down": range(13, -1, -1)}.items():
        db = open_database(f"sqlite:///{tmp_path / name}.db")
        found.add(learn(db, list(numbers)).template)
    assert len(found) == 1


def test_few_pages_and_two_templates_teach_nothing(light: Database) -> None:
    assert learn(light, range(8)).template == frozenset()
    pages = [page(n, told(n), told(n + 100), box="mau-hai") for n in range(20, 34)]
    keep(light, [record(reading(body, n)) for n, body in zip(range(20, 34), pages, strict=True)])
    assert len(furniture.known(light, PORTAL)["template"]) == 1  # the one that most pages have now


def test_a_page_of_another_template_is_read_by_itself(light: Database) -> None:
    hints = learn(light, range(14))
    found = reading(page(60, told(60), told(61), box="mau-moi"), 60, hints)
    assert lines(found) == [told(60), told(61)]
    assert "learned" not in found.witnesses


def linked(number: int, label: str = "", beside: str = " - 12/03/2024") -> str:
    return f"<div class='nut'>{label}<a href='{address(number)}'>{title(number)}</a>{beside}</div>"


@pytest.mark.parametrize(
    ("label", "beside"), [("", " - 12/03/2024 09:15"), ("Bài đáng chú ý: ", ""), ("", " 125 lượt xem")]
)
def test_links_to_other_articles_that_stand_in_one_place_are_furniture(
    light: Database, label: str, beside: str
) -> None:
    numbers = range(14)
    pages = [page(n, told(n), linked(n + 300, label, beside), told(n + 100)) for n in numbers]
    before = [reading(body, n) for n, body in zip(numbers, pages, strict=True)]
    assert all(len(lines(one)) == 3 for one in before)
    keep(light, [record(one) for one in before])
    hints = Hints(**furniture.known(light, PORTAL))
    found = reading(page(70, told(70), linked(371, label, beside), told(71)), 70, hints)
    assert lines(found) == [told(70), told(71)]


def test_a_line_in_that_place_that_is_no_such_link_stays(light: Database) -> None:
    numbers = range(14)
    pages = [page(n, told(n), linked(n + 300), told(n + 100)) for n in numbers]
    keep(light, [record(reading(body, n)) for n, body in zip(numbers, pages, strict=True)])
    hints = Hints(**furniture.known(light, PORTAL))
    plain = "<div class='nut'>Bà con cần hỏi thêm xin đến nhà văn hóa bản vào sáng thứ bảy hằng tuần.</div>"
    file = f"<div class='nut'><a href='{PORTAL}/van-ban/120-qd.pdf'>Quyết định 120 về giá nước sạch</a></div>"
    found = reading(page(70, told(70), plain, file, told(71)), 70, hints)
    assert "Bà con cần hỏi thêm xin đến nhà văn hóa bản vào sáng thứ bảy hằng tuần." in lines(found)
    assert found.attachments


def test_links_on_a_few_pages_only_are_the_text_s_own(light: Database) -> None:
    numbers = range(14)
    pages = [page(n, told(n), linked(n + 300) if n < 4 else "", told(n + 100)) for n in numbers]
    keep(light, [record(reading(body, n)) for n, body in zip(numbers, pages, strict=True)])
    assert furniture.known(light, PORTAL)["furniture"] == frozenset()
