"""Planted pairs as an adversary would choose them; in addition to those of tests.planted."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace

from pipelines import fontencoding
from storage.similarity import NEAR, jaccard
from tests.planted import WHAT, WHERE, WHO, Post, post, sentence

_PLACE = """Văn Hòa Bình Sơn Lạc Thái Đại Yên Phú Thượng Hạ Xuân Minh Quang Tân Thịnh Trung Nam Bắc Giang Đông
Long Hưng Thành Lộc Khánh Diễn Nghĩa Quỳnh Mỹ Hải Ngọc Lâm Thanh Tiên Cẩm Hương Kỳ Đức Thọ Cường""".split()
_FAMILY = "Nguyễn Trần Lê Phạm Hoàng Phan Vũ Đặng Bùi Đỗ Hồ Ngô Dương Lý".split()
_GIVEN = """Hùng Dũng Thủy Lan Hương Tuấn Anh Minh Hà Sơn Thắng Loan Hạnh Quân Bảo Chi Dung Đạt Giang Hiền
Khoa Linh Mai Nga Oanh Phong Quý Tâm Uyên Việt Yến""".split()
_ROLE = """Bí thư Huyện ủy|Chủ tịch UBND huyện|Phó Chủ tịch HĐND huyện|Trưởng phòng Nội vụ
Chủ tịch Hội Nông dân|Bí thư Huyện đoàn|Trưởng Công an huyện""".replace("\n", "|").split("|")
_VERB = """kiểm tra tiến độ|nghe báo cáo về|thảo luận|đánh giá cao|lưu ý việc triển khai|tháo gỡ khó khăn cho
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
        return f"Đồng chí {person(rng)}, {rng.choice(_ROLE)}, {rng.choice(_VERB)} {what} tại {where}."
    if kind < 0.75:
        return f"Tại {where}, {rng.choice(WHO)} đã {rng.choice(_VERB)} {what} {rng.choice(WHERE)}."
    if kind < 0.9:
        money = rng.choice((f"{rng.randint(2, 90)} tỷ đồng", f"{rng.randint(100, 990)} triệu đồng"))
        return f"Tổng mức đầu tư cho {what} ở {where} là {money}, {rng.choice(_VERB)} {rng.choice(WHAT)}."
    return f"Ông {person(rng)} ở {where} cho biết {rng.choice(WHO)} {rng.choice(_VERB)} {what}."


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


def _until_near(make: Made) -> Made:
    """Pairs of `make` that are as near as a copy has to be."""

    def pair(rng: random.Random) -> tuple[Post, Post]:
        while similarity(*(both := make(rng))) < NEAR:
            pass
        return both

    return pair


def _headline(rng: random.Random) -> tuple[Post, Post]:
    one = report(rng)
    title = f"{rng.choice(WHO)}: {rng.choice(_VERB)} {rng.choice(WHAT)} {rng.choice(WHERE)}"
    return one, replace(one, title=title)


def _local(rng: random.Random) -> tuple[Post, Post]:
    one = report(rng)
    return one, replace(one, body=(line(rng), *one.body))


def _licence(rng: random.Random) -> str:
    day = f"{rng.randint(1, 28)}/{rng.randint(1, 12)}/{rng.randint(2012, 2023)}"
    phone = rng.randint(100000, 999999)
    return f"Giấy phép số {rng.randint(1, 90)}/GP-STTTT ngày {day}. Điện thoại: 0238.3{phone}."


def _footer(rng: random.Random) -> tuple[Post, Post]:
    one = report(rng)
    return one, replace(one, body=(*one.body, f"Nguồn: Cổng thông tin điện tử huyện. {_licence(rng)}"))


def _footers(rng: random.Random) -> tuple[Post, Post]:
    one = report(rng)
    a, b = (replace(one, body=(*one.body, _licence(rng))) for _ in range(2))
    return a, b


_TONES = str.maketrans({"ò": "o\u0300", "ó": "o\u0301", "ỏ": "o\u0309", "õ": "o\u0303", "ọ": "o\u0323"})


def _old_tones(text: str) -> str:
    """hòa as hoà, in NFC."""
    moved = re.sub(r"(o)([\u0300\u0301\u0309\u0303\u0323])([ae])(?!\w)", r"\1\3\2", text.translate(_TONES))
    return unicodedata.normalize("NFC", moved)


def _font(one: Post) -> Post:
    """`one` typed for a TCVN3 font, which has marked letters in lower case only, and read back."""
    codes = str.maketrans(fontencoding._LOWER, fontencoding._TCVN3)
    typed = "<p>".join((one.title, one.lead or "", *one.body)).lower().translate(codes)
    title, lead, *body = fontencoding.unfont(typed)[0].split("<p>")
    return Post(title, lead, tuple(body))


def _typed(rng: random.Random) -> tuple[Post, Post]:
    one = report(rng)
    if rng.random() < 0.2:
        return one, _font(one)
    change: Callable[[str], str] = rng.choice(
        (
            lambda text: unicodedata.normalize("NFD", text),
            str.upper,
            str.title,
            _old_tones,
            lambda text: text.replace(", ", " – ").replace("huyện", "“huyện”"),
            lambda text: text.replace(" ", "\u00a0").replace(".", "…"),
        )
    )
    return one, Post(change(one.title), change(one.lead or ""), tuple(map(change, one.body)))


def _trimmed(rng: random.Random) -> tuple[Post, Post]:
    one = report(rng)
    return one, replace(one, body=one.body[: -rng.randint(1, 2)])


def _misspelt(rng: random.Random) -> tuple[Post, Post]:
    one = report(rng)
    words = " ".join(one.body).split(" ")
    for at in rng.sample([n for n, word in enumerate(words) if word.isalpha() and word.islower()], 3):
        words[at] += rng.choice("hgn")
    return one, replace(one, body=(" ".join(words),))


def _money(rng: random.Random) -> tuple[Post, Post]:
    one = report(rng)
    amount = rng.randint(2, 9)
    told = [f"Tổng kinh phí của {rng.choice(WHAT)} là {{}} tỷ đồng."] * rng.randint(1, 2)
    a, b = (
        replace(one, body=(*one.body, *(part.format(value) for part in told), line(random.Random(1))))
        for value in (f"{amount}", rng.choice((f"{amount},{rng.randint(1, 9)}", f"{amount + 1}")))
    )
    return a, b


def _pictures(rng: random.Random) -> tuple[Post, Post]:
    one = report(rng)
    a, b = (replace(one, captions=tuple(line(rng) for _ in range(rng.randint(0, 3)))) for _ in range(2))
    return a, b


def _album(rng: random.Random) -> tuple[Post, Post]:
    captions = tuple(f"{rng.choice(WHO)} {rng.choice(_VERB)} {rng.choice(WHAT)}" for _ in range(9))
    one = Post(f"Chùm ảnh: {rng.choice(WHAT)} {rng.choice(WHERE)}", None, (), captions)
    return one, replace(one, captions=rng.choice((captions[:-1], (*captions, "Ảnh: Cổng thông tin"))))


def _brief(rng: random.Random) -> tuple[Post, Post]:
    body = f"{rng.choice(WHO)} thông báo lịch tiếp công dân tại xã {commune(rng)} ngày {rng.randint(1, 28)}/6"
    one = Post("Thông báo", None, (f"{body} về {rng.choice(WHAT)}.",))
    return one, replace(one, body=(*one.body, rng.choice(("Trân trọng!", "Xin thông báo."))))


def _treatise(rng: random.Random) -> tuple[Post, Post]:
    one = report(rng, 200)
    body = list(one.body)
    for at in rng.sample(range(len(body)), 4):
        body[at] = " ".join(line(rng) for _ in range(3))
    return one, replace(one, body=tuple(body))


def _signed(rng: random.Random) -> tuple[Post, Post]:
    one = report(rng)
    lead = f"(Cổng TTĐT) - {one.lead}"
    return one, replace(one, lead=lead, body=(*one.body, f"Tin, ảnh: {person(rng)}."))


def _spelt_out(rng: random.Random) -> tuple[Post, Post]:
    one = report(rng)
    return one, replace(one, body=tuple(part.replace("Ủy ban nhân dân", "UBND") for part in one.body))


def _dated_otherwise(rng: random.Random) -> tuple[Post, Post]:
    one = report(rng)
    day, month, amount = rng.randint(1, 9), rng.randint(1, 9), rng.randint(1, 9)
    told = ("Sáng ngày {}, huyện gieo cấy {} ha.", (f"{day}/{month}/2023", f"{amount}.250"))
    other = rng.choice((f"0{day}/0{month}/2023", f"{day}-{month}-2023", f"{day}/{month}"))
    a = replace(one, body=(*one.body, told[0].format(*told[1])))
    return a, replace(one, body=(*one.body, told[0].format(other, f"{amount}250")))


def _schedule_again(rng: random.Random) -> tuple[Post, Post]:
    one, _ = _next_week(rng)
    return one, replace(one, body=("Cổng thông tin điện tử trân trọng giới thiệu.", *one.body))


HARD_COPIES: dict[str, Made] = {
    "another headline": _until_near(_headline),
    "a local paragraph put before": _until_near(_local),
    "a portal's footer": _until_near(_footer),
    "two portals' footers": _until_near(_footers),
    "typed otherwise: NFD, TCVN3, case, tones, signs": _typed,
    "the last paragraphs trimmed": _until_near(_trimmed),
    "three words misspelt": _until_near(_misspelt),
    "an amount put right, wherever it stands": _until_near(_money),
    "other captions": _pictures,
    "a photo story, a caption more or less": _until_near(_album),
    "a notice of under 30 words": _until_near(_brief),
    "5,000 words, four paragraphs changed": _until_near(_treatise),
    "signed and credited": _until_near(_signed),
    "abbreviations": _until_near(_spelt_out),
    "the same date and number written otherwise": _until_near(_dated_otherwise),
    "the same schedule with a greeting": _until_near(_schedule_again),
}


def _next_week(rng: random.Random) -> tuple[Post, Post]:
    """A schedule; its rows are the same, the dates are not. Some titles name no week."""
    titled, week, first = rng.random() < 0.5, rng.randint(1, 50), rng.randint(1, 14)
    month = rng.randint(1, 12)
    rows = [
        (f"{rng.randint(7, 10)}h00", f"{rng.choice(_ROLE)} {rng.choice(_VERB)} {rng.choice(WHAT)} {where}")
        for where in rng.sample(WHERE, 8)
    ]

    def made(shift: int) -> Post:
        days = ["Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu"]
        body = [
            f"{days[n % 5]} ({first + shift + n % 5:02}/{month:02}) {hour} {what}"
            for n, (hour, what) in enumerate(rows)
        ]
        title = "Lịch công tác của Thường trực Huyện ủy" + (f" tuần {week + shift // 7}" if titled else "")
        return Post(title, None, tuple(body))

    return made(0), made(7)


def _holiday(rng: random.Random) -> tuple[Post, Post]:
    year, at = rng.randint(2015, 2023), rng.randint(20, 28)
    notes = [sentence(rng, 0) for _ in range(rng.randint(4, 8))]

    def made(later: int) -> Post:
        days = f"từ ngày {at - 9 * later}/1/{year + later} đến hết ngày {at + 5 - 9 * later}/1/{year + later}"
        lead = f"UBND huyện thông báo lịch nghỉ Tết Nguyên đán: nghỉ {days}."
        return Post("Thông báo lịch nghỉ Tết Nguyên đán", lead, tuple(notes))

    return made(0), made(1)


def _elsewhere(figures: float) -> Made:
    def pair(rng: random.Random) -> tuple[Post, Post]:
        first = commune(rng)
        text = [sentence(rng, 0) for _ in range(rng.randint(7, 14))]
        seats, votes, named = rng.randint(15, 30), rng.randint(2000, 9000), rng.random() < 0.6

        def made(where: str, shift: int) -> Post:
            lines = [
                f"Ngày 23/5/2021, cử tri xã {where} nô nức đi bầu cử đại biểu Quốc hội và HĐND các cấp.",
                *text[:5],
                f"Toàn xã {where} có {votes + shift} cử tri, bầu {seats + shift % 5} đại biểu HĐND.",
                *text[5:],
                f"Ủy ban bầu cử xã {where} đã chuẩn bị chu đáo cho ngày hội của toàn dân.",
            ]
            title = f"Xã {where} tổ chức thành công cuộc bầu cử" if named else "Ngày hội của toàn dân"
            return Post(title, None, tuple(lines))

        return made(first, 0), made(commune(rng, first), rng.randint(6, 900) if figures else 0)

    return pair


def _bulletin(rng: random.Random) -> tuple[Post, Post]:
    advice = tuple(sentence(rng, 0) for _ in range(4))

    def made() -> Post:
        day, cases, total = rng.randint(1, 28), rng.randint(5, 99), rng.randint(900, 9000)
        lead = f"Tính đến 18h ngày {day}/8, toàn huyện ghi nhận thêm {cases} ca mắc, tổng số {total} ca."
        return Post("Cập nhật tình hình dịch bệnh trên địa bàn huyện", lead, advice)

    one = made()
    while (other := made()).lead == one.lead or re.findall(r"\d+/8", other.lead or "") == re.findall(
        r"\d+/8", one.lead or ""
    ):
        pass
    return one, other


def _outage(rng: random.Random) -> tuple[Post, Post]:
    first, hours = commune(rng), rng.sample(range(6, 17), 2)
    moved = rng.random() < 0.5
    why = f"{rng.choice(WHAT)} {rng.choice(WHERE)}"

    def made(where: str, hour: int) -> Post:
        body = f"Điện lực thông báo ngừng cấp điện tại xã {where} ngày 5/6/2023 từ {hour} giờ để thi công"
        return Post("Thông báo ngừng cấp điện", None, (f"{body} {why}. Mong quý khách hàng thông cảm.",))

    other = made(commune(rng, first), hours[0]) if moved else made(first, hours[1])
    return made(first, hours[0]), other


def _appointed(rng: random.Random) -> tuple[Post, Post]:
    first = person(rng)
    text = [sentence(rng, 0) for _ in range(rng.randint(5, 10))]

    def made(who: str) -> Post:
        lines = [
            f"UBND huyện tổ chức lễ công bố quyết định bổ nhiệm ông {who} giữ chức vụ mới.",
            *text,
            f"Phát biểu nhận nhiệm vụ, ông {who} cảm ơn sự tin tưởng của lãnh đạo huyện.",
        ]
        return Post("Công bố quyết định về công tác cán bộ", None, tuple(lines))

    return made(first), made(person(rng, first))


def _statistics(rng: random.Random) -> tuple[Post, Post]:
    rows = [f"{rng.choice(WHAT)} {rng.choice(WHERE)}" for _ in range(12)]
    month = rng.randint(1, 11)
    titled = rng.random() < 0.5

    def made(shift: int) -> Post:
        title = "Kết quả thực hiện các chỉ tiêu" + (f" tháng {month + shift}" if titled else "")
        return Post(title, None, tuple(f"{row}: {rng.randint(10, 9000)}" for row in rows))

    return made(0), made(1)


def _auction(rng: random.Random) -> tuple[Post, Post]:
    terms = tuple(sentence(rng, 0) for _ in range(6))

    def made() -> Post:
        plot = f"thửa đất số {rng.randint(1, 900)}, tờ bản đồ số {rng.randint(1, 60)}"
        place = f"{plot} tại xã {commune(rng)}, diện tích {rng.randint(90, 400)} m2"
        lead = f"Trung tâm Phát triển quỹ đất đấu giá {place}."
        return Post("Thông báo đấu giá quyền sử dụng đất", lead, terms)

    return made(), made()


def _other_school(rng: random.Random) -> tuple[Post, Post]:
    level = rng.choice(("Tiểu học", "THCS", "Mầm non", "THPT"))
    first = commune(rng)
    text = tuple(sentence(rng, 0) for _ in range(rng.randint(6, 12)))

    def made(name: str) -> Post:
        lead = f"Sáng 5/9, Trường {level} {name} long trọng tổ chức lễ khai giảng năm học mới."
        return Post(f"Trường {level} {name} khai giảng năm học mới", lead, text)

    return made(first), made(commune(rng, first))


def _next_term(rng: random.Random) -> tuple[Post, Post]:
    kind, first, second = rng.choice(
        (
            ("học kỳ", "I", "II"),
            ("đợt", "một", "hai"),
            ("vòng", "I", "II"),
            ("quý", "III", "IV"),
            ("tháng", "5", "6"),
        )
    )
    text = tuple(sentence(rng, 0.2) for _ in range(12))
    posts = [
        Post(f"Sơ kết công tác {kind} {n}", f"Hội nghị sơ kết {kind} {n} diễn ra.", text)
        for n in (first, second)
    ]
    return posts[0], posts[1]


HARD_LOOK_ALIKES: dict[str, Made] = {
    "the schedule of the next week": _next_week,
    "the holiday notice of the next year": _holiday,
    "the election in another commune, the same words": _elsewhere(0),
    "the election in another commune, other figures": _elsewhere(1),
    "the bulletin of another day": _bulletin,
    "power cut at another place or hour": _outage,
    "the appointment of another person": _appointed,
    "the table of another month": _statistics,
    "another plot of land": _auction,
    "the opening of another school": _other_school,
    "the next term": _next_term,
}
