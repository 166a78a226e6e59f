"""Look-alikes as an adversary would choose them: nearly the same words about different things."""

from __future__ import annotations

import random
import re

from tests.planted import WHAT, WHERE, Post, sentence
from tests.planted_prose import ROLE, VERB, Made, commune, person


def next_week(rng: random.Random) -> tuple[Post, Post]:
    """A schedule; its rows are the same, the dates are not. Some titles name no week."""
    titled, week, first = rng.random() < 0.5, rng.randint(1, 50), rng.randint(1, 14)
    month = rng.randint(1, 12)
    rows = [
        (f"{rng.randint(7, 10)}h00", f"{rng.choice(ROLE)} {rng.choice(VERB)} {rng.choice(WHAT)} {where}")
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
    "the schedule of the next week": next_week,
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
