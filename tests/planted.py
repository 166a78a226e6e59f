"""Made-up articles of district portals, and planted pairs whose truth is known: copies and look-alikes."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from storage.duplicates.similarity import NEAR, Story, jaccard, shingles, story

_WHO = """Ủy ban nhân dân huyện|Ban Thường vụ Huyện ủy|Hội Liên hiệp Phụ nữ huyện|Huyện đoàn
Hội Nông dân huyện|Phòng Giáo dục và Đào tạo|Trung tâm Y tế huyện|Ban Chỉ huy Quân sự huyện
Công an huyện|Hội Cựu chiến binh|Mặt trận Tổ quốc huyện|Hạt Kiểm lâm|Phòng Văn hóa và Thông tin
Liên đoàn Lao động huyện|Hội Chữ thập đỏ"""
_DID = """đã tổ chức|vừa khai mạc|phối hợp triển khai|chỉ đạo kiểm tra|tiến hành rà soát|phát động
hoàn thành|đẩy mạnh tuyên truyền|ban hành kế hoạch thực hiện|sơ kết|tổng kết
thống nhất chủ trương|bàn giao|giám sát"""
_WHAT = """chương trình xây dựng nông thôn mới|công tác phòng chống thiên tai|phong trào thi đua yêu nước
đợt tiêm phòng cho gia súc|giải phóng mặt bằng tuyến đường liên xã|việc chăm sóc lúa vụ xuân
lớp tập huấn|cuộc thi tìm hiểu pháp luật|hoạt động đền ơn đáp nghĩa|dự án cấp nước sạch
mô hình trồng cam|lễ hội đền làng|việc cấp căn cước|đề án chuyển đổi số|diễn tập chữa cháy rừng
ngày hội hiến máu|giải bóng chuyền nông dân|công tác tuyển quân|việc thu gom rác thải
kỳ thi học sinh giỏi|mô hình nuôi ong|chiến dịch ra quân làm thủy lợi"""
_WHERE = """tại xã Văn Sơn|ở vùng bãi ven sông|trên địa bàn các xã miền núi|tại nhà văn hóa trung tâm
ở thị trấn|tại trường tiểu học Lạc Sơn|trong toàn huyện|dọc tuyến đê tả ngạn|tại hội trường lớn
ở các khu dân cư|tại chợ phiên|trên cánh đồng mẫu lớn|tại trạm y tế xã Hòa Bình|ở xóm Đông
bên bờ hồ chứa nước Khe Lại"""
_WHY = """nhằm nâng cao đời sống của bà con|được người dân đồng tình ủng hộ
góp phần giữ gìn an ninh trật tự|theo tinh thần nghị quyết đã đề ra
với sự tham gia của đông đảo đoàn viên|đúng tiến độ và bảo đảm chất lượng
trước khi bước vào mùa mưa bão|dưới sự chủ trì của lãnh đạo huyện
sau nhiều tháng chuẩn bị chu đáo|để kịp phục vụ năm học mới|từ nguồn vốn xã hội hóa
bằng nhiều hình thức sáng tạo|và trao quà cho hộ nghèo"""
_END = """{n} hộ gia đình được hỗ trợ|tổng kinh phí {n} triệu đồng|{n} đại biểu về dự
diện tích đạt {n} ha|tỷ lệ đạt {n} phần trăm|{n} suất quà được trao tận tay
huy động {n} ngày công lao động|có {n} lượt người xem"""
WHO, DID, WHAT, WHERE, WHY, END = (
    re.split(r"[|\n]", part) for part in (_WHO, _DID, _WHAT, _WHERE, _WHY, _END)
)


@dataclass(frozen=True)
class Post:
    """An article as far as duplicates go."""

    title: str
    lead: str | None
    body: tuple[str, ...]
    captions: tuple[str, ...] = ()
    published_at: str | None = None

    def story(self) -> Story | None:
        """Its text to compare."""
        return story(self.title, self.lead, self.body, self.captions)


def sentence(rng: random.Random, figures: float = 0.4) -> str:
    """A sentence, with a number at its end for a share `figures` of all."""
    parts = [rng.choice(words) for words in (WHO, DID, WHAT, WHERE, WHY)]
    if rng.random() < figures:
        parts.append(rng.choice(END).format(n=rng.randint(2, 980)))
    return ", ".join((" ".join(parts[:3]), *parts[3:])) + "."


def post(rng: random.Random, sentences: int | None = None) -> Post:
    """An article of its own: a report on one day, dated in title or lead, with numbers in its text."""
    day, month, year = rng.randint(1, 28), rng.randint(1, 12), rng.randint(2016, 2024)
    topic = f"{rng.choice(WHO)} {rng.choice(DID)} {rng.choice(WHAT)} {rng.choice(WHERE)}"
    title = rng.choice((f"{topic}", f"{topic} năm {year}", f"{topic} tháng {month}/{year}"))
    lead = f"Ngày {day}/{month}/{year}, {rng.choice(WHERE)}, {sentence(rng)}"
    count = sentences or rng.randint(12, 26)
    text = [sentence(rng) for _ in range(count - 1)] + [
        f"Kế hoạch năm {year} được giao cho {rng.choice(WHO)}."
    ]
    breaks = sorted(rng.sample(range(1, count), min(4, count - 1)))
    body = tuple(" ".join(text[a:b]) for a, b in zip([0, *breaks], [*breaks, count], strict=True))
    return Post(title, lead, body, (), f"{year}-{month:02}-{day:02}")


def notice(rng: random.Random) -> Post:
    """A notice of about 30 words."""
    place = f"{rng.choice(WHERE)}, {rng.choice(WHERE)}"
    day = f"{rng.randint(1, 28)}/{rng.randint(1, 12)}/2023"
    body = f"Điện lực thông báo ngừng cấp điện {place} ngày {day} từ 7 giờ đến 11 giờ"
    return Post("Thông báo cắt điện", None, (f"{body} để {rng.choice(WHAT)} {rng.choice(WHY)}.",))


def photos(rng: random.Random) -> Post:
    """A photo story: nothing but captions."""
    captions = tuple(f"{rng.choice(WHO)} {rng.choice(DID)} {rng.choice(WHAT)}" for _ in range(6))
    return Post(f"Chùm ảnh: {rng.choice(WHAT)}", None, (), captions)


def _sentences(one: Post) -> list[str]:
    return [part for paragraph in one.body for part in re.split(r"(?<=\.) ", paragraph)]


def _near(change: Callable[[random.Random, list[str]], None]) -> Callable[[random.Random], tuple[Post, Post]]:
    def pair(rng: random.Random) -> tuple[Post, Post]:
        while True:  # until the change left it as near as a copy has to be
            one = post(rng)
            text = _sentences(one)
            change(rng, text)
            other = replace(one, body=tuple(text))
            a, b = one.story(), other.story()
            if a and b and a != b and jaccard(shingles(a.words), shingles(b.words)) >= NEAR:
                return one, other

    return pair


def _replaced(rng: random.Random, text: list[str]) -> None:
    text[rng.randrange(len(text) - 1)] = sentence(rng)


def _added(rng: random.Random, text: list[str]) -> None:
    text.insert(rng.randrange(len(text)), sentence(rng))


def _dropped(rng: random.Random, text: list[str]) -> None:
    text.pop(rng.randrange(len(text) - 1))


def _reworded(rng: random.Random, text: list[str]) -> None:
    for at in rng.sample(range(len(text) - 1), 2):
        text[at] = text[at].replace("tại", "ở", 1).replace("huyện", "địa phương", 1) + " Tin từ cơ sở."


def _corrected(rng: random.Random, text: list[str]) -> None:
    lines = [n for n, line in enumerate(text[:-1]) if re.search(r"\d", line)]
    if len(lines) > 2:
        at = rng.choice(lines)
        text[at] = re.sub(r"\d+", lambda m: str(int(m[0]) + 7), text[at], count=1)


def _exact(rng: random.Random) -> tuple[Post, Post]:
    one = rng.choice((post, post, notice, photos))(rng)
    joined = tuple(line.replace(",", " –") for line in one.body)
    lead, body = (None, (one.lead, *joined)) if one.lead else (None, joined)
    title = unicodedata.normalize("NFD", one.title).upper()
    return one, replace(one, title=title, lead=lead, body=body)


def _short(rng: random.Random) -> tuple[Post, Post]:
    one = notice(rng)
    return one, replace(one, body=(one.body[0] + " Trân trọng.",))


COPIES: dict[str, Callable[[random.Random], tuple[Post, Post]]] = {
    "the same text, set otherwise": _exact,
    "one sentence replaced": _near(_replaced),
    "one sentence added": _near(_added),
    "one sentence dropped": _near(_dropped),
    "a few words changed": _near(_reworded),
    "one number corrected": _near(_corrected),
    "a notice of 30 words, a greeting added": _short,
}


def _later(text: str, rng: random.Random, numbers: bool = True) -> str:
    text = re.sub(r"\b(20\d\d)\b", lambda m: str(int(m[1]) + 1), text)
    if not numbers:
        return text
    return re.sub(r"\b(?!20\d\d)\d{2,3}\b", lambda m: str(int(m[0]) + rng.randint(1, 40)), text)


def _yearly(rng: random.Random) -> tuple[Post, Post]:
    one = post(rng)
    return one, Post(
        _later(one.title, rng), _later(one.lead or "", rng), tuple(_later(line, rng) for line in one.body)
    )


def _year_only(rng: random.Random) -> tuple[Post, Post]:
    one = post(rng)
    lines = tuple(_later(line, rng, numbers=False) for line in one.body)
    return one, Post(_later(one.title, rng, False), _later(one.lead or "", rng, False), lines)


def _other_day(rng: random.Random) -> tuple[Post, Post]:
    one = notice(rng) if rng.random() < 0.5 else post(rng)
    lead = _moved(one.lead) if one.lead else None
    return one, replace(one, lead=lead, body=tuple(map(_moved, one.body)))


def _moved(text: str) -> str:
    return re.sub(r"gày (\d+)/", lambda m: f"gày {int(m[1]) % 28 + 1}/", text)


def _next_session(rng: random.Random) -> tuple[Post, Post]:
    first, second = rng.sample(["nhất", "hai", "ba", "tư", "XV", "XVI", "5", "12"], 2)
    text = tuple(sentence(rng, 0) for _ in range(14))
    posts = [Post(f"Khai mạc kỳ họp thứ {n}", f"Kỳ họp thứ {n} {text[0]}", text) for n in (first, second)]
    return posts[0], posts[1]


def _new_year(rng: random.Random) -> tuple[Post, Post]:
    text = tuple(sentence(rng, 0) for _ in range(14))
    years = rng.sample(["Giáp Thìn", "Quý Mão", "Ất Tỵ", "Nhâm Dần"], 2)
    posts = [Post("Thư chúc Tết", f"Chào xuân {name}, {text[0]}", text) for name in years]
    return posts[0], posts[1]


def _other_numbers(rng: random.Random) -> tuple[Post, Post]:
    text = [sentence(rng, 1) for _ in range(14)]
    other = [re.sub(r"\d+", lambda m: str(int(m[0]) + rng.randint(1, 90)), line) for line in text]
    return Post("Báo cáo tình hình", None, tuple(text)), Post("Báo cáo tình hình", None, tuple(other))


def _title_only(rng: random.Random) -> tuple[Post, Post]:
    one = Post(f"Thông báo về {rng.choice(WHAT)} {rng.choice(WHERE)}", None, ())
    return one, replace(one, published_at="2020")


def _other_photos(rng: random.Random) -> tuple[Post, Post]:
    one = photos(rng)
    return one, replace(photos(rng), title=one.title)


LOOK_ALIKES: dict[str, Callable[[random.Random], tuple[Post, Post]]] = {
    "a year later, other numbers": _yearly,
    "a year later, else the same": _year_only,
    "another day, else the same": _other_day,
    "the next session": _next_session,
    "another lunar year": _new_year,
    "other numbers in every sentence": _other_numbers,
    "the same title without a text": _title_only,
    "other photos under the same title": _other_photos,
}


def pairs(
    kinds: dict[str, Callable[[random.Random], tuple[Post, Post]]], count: int, seed: int
) -> Iterator[tuple[str, Post, Post]]:
    """`count` planted pairs, all kinds in turn."""
    rng = random.Random(seed)
    names = list(kinds)
    for number in range(count):
        name = names[number % len(names)]
        yield name, *kinds[name](rng)
