"""Prose of portals with names of people and places, money and roles, out of which planted pairs are made."""

from __future__ import annotations

import random
from collections.abc import Callable

from storage.duplicates.similarity import jaccard
from tests.planted import WHAT, WHERE, WHO, Post, post, sentence

_PLACE = """Văn Hòa Bình Sơn Lạc Thái Đại Yên Phú Thượng Hạ Xuân Minh Quang Tân Thịnh Trung Nam Bắc Giang Đông
Long Hưng Thành Lộc Khánh Diễn Nghĩa Quỳnh Mỹ Hải Ngọc Lâm Thanh Tiên Cẩm Hương Kỳ Đức Thọ Cường""".split()
_FAMILY = "Nguyễn Trần Lê Phạm Hoàng Phan Vũ Đặng Bùi Đỗ Hồ Ngô Dương Lý".split()
_GIVEN = """Hùng Dũng Thủy Lan Hương Tuấn Anh Minh Hà Sơn Thắng Loan Hạnh Quân Bảo Chi Dung Đạt Giang Hiền
Khoa Linh Mai Nga Oanh Phong Quý Tâm Uyên Việt Yến""".split()
ROLE = """Bí thư Huyện ủy|Chủ tịch UBND huyện|Phó Chủ tịch HĐND huyện|Trưởng phòng Nội vụ
Chủ tịch Hội Nông dân|Bí thư Huyện đoàn|Trưởng Công an huyện""".replace("\n", "|").split("|")
VERB = """kiểm tra tiến độ|nghe báo cáo về|thảo luận|đánh giá cao|lưu ý việc triển khai|tháo gỡ khó khăn cho
giao nhiệm vụ về|trao đổi kinh nghiệm trong""".replace("\n", "|").split("|")

Made = Callable[[random.Random], tuple[Post, Post]]


def commune(rng: random.Random, but: str = "") -> str:
    """The name of a commune, another one than `but`."""
    while (name := " ".join(rng.sample(_PLACE, 2))) == but or name.split()[0] == but.split(" ")[0]:
        pass
    return name


def person(rng: random.Random, but: str = "") -> str:
    """The name of a person, another one than `but`."""
    while (name := f"{rng.choice(_FAMILY)} {' '.join(rng.sample(_GIVEN, 2))}") == but:
        pass
    return name


def line(rng: random.Random) -> str:
    """A sentence; some have a speaker, a place, money or a date."""
    kind = rng.random()
    if kind < 0.45:
        return sentence(rng, 0.3)
    where, what = f"xã {commune(rng)}", rng.choice(WHAT)
    if kind < 0.6:
        return f"Đồng chí {person(rng)}, {rng.choice(ROLE)}, {rng.choice(VERB)} {what} tại {where}."
    if kind < 0.75:
        return f"Tại {where}, {rng.choice(WHO)} đã {rng.choice(VERB)} {what} {rng.choice(WHERE)}."
    if kind < 0.9:
        money = rng.choice((f"{rng.randint(2, 90)} tỷ đồng", f"{rng.randint(100, 990)} triệu đồng"))
        return f"Tổng mức đầu tư cho {what} ở {where} là {money}, {rng.choice(VERB)} {rng.choice(WHAT)}."
    return f"Ông {person(rng)} ở {where} cho biết {rng.choice(WHO)} {rng.choice(VERB)} {what}."


def report(rng: random.Random, lines: int | None = None) -> Post:
    """A report of some hundred words in paragraphs of a few sentences."""
    frame = post(rng, 3)
    text = [line(rng) for _ in range(lines or rng.randint(8, 22))]
    body = [" ".join(text[n : n + 3]) for n in range(0, len(text), 3)]
    return Post(frame.title, frame.lead, tuple(body), (), frame.published_at)


def similarity(a: Post, b: Post) -> float:
    """Jaccard index of the shingles of two posts."""
    one, other = a.story(), b.story()
    return jaccard(one.shingles, other.shingles) if one and other else 0.0
