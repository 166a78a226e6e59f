"""Short reports as another desk edits them, retitled and cut or lengthened; and look-alikes as near."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

from tests.planted import WHAT, WHERE, WHO, WHY, Post, sentence
from tests.planted_prose import Made, commune, line, person, similarity

LEAST, MOST = 0.65, 0.82  # Jaccard index of such pairs: below what a copy word for word has
_LABEL = ("Tin ảnh", "Tin vắn", "Video", "Chùm ảnh", "Tin hoạt động", "Nhịp sống cơ sở")
_CLAUSE = """góp phần thay đổi diện mạo quê hương|nhiều kết quả đáng ghi nhận|nâng cao đời sống người dân
lan tỏa trong cộng đồng|tạo khí thế thi đua sôi nổi|sẵn sàng cho mùa vụ mới""".replace("\n", "|").split("|")
_OPENING = ("Nhân dịp đầu xuân", "Hướng về cơ sở", "Từ thực tiễn địa phương", "Thiết thực vì cộng đồng")


def short_report(rng: random.Random, sentences: int | None = None) -> Post:
    """A report of five to nine sentences after the lead; title and lead name a place and a day."""
    where, day, month, year = commune(rng), rng.randint(1, 28), rng.randint(1, 12), rng.randint(2016, 2024)
    who, what = rng.choice(WHO), rng.choice(WHAT)
    title = f"{who} {rng.choice(('ra quân', 'phát động', 'triển khai', 'sơ kết'))} {what} {rng.choice(WHERE)}"
    lead = f"Sáng {day}/{month}/{year}, tại xã {where}, {who} tổ chức buổi ra mắt {what}, {rng.choice(WHY)}."
    text = [line(rng) for _ in range(sentences or rng.randint(5, 9))]
    at = rng.randint(2, len(text) - 1)
    return Post(title, lead, (" ".join(text[:at]), " ".join(text[at:])), (), f"{year}-{month:02}-{day:02}")


def _text(one: Post) -> list[str]:
    return [part for paragraph in one.body for part in paragraph.replace(". ", ".\n").split("\n")]


def _label(rng: random.Random, title: str) -> str:
    return f"{rng.choice(_LABEL)}: {title}"


def _place(rng: random.Random, title: str) -> str:
    return f"{commune(rng)}: {title}"


def _capitals(_: random.Random, title: str) -> str:
    return title.upper()


def _clause(rng: random.Random, title: str) -> str:
    return f"{title}, {rng.choice(_CLAUSE)}"


def _opening(rng: random.Random, title: str) -> str:
    return f"{rng.choice(_OPENING)}, {title[:1].lower()}{title[1:]}"


TITLES = (_label, _place, _capitals, _clause, _opening)


def _cut(rng: random.Random, text: list[str]) -> None:
    for _ in range(rng.randint(1, 2)):
        text.pop(rng.randrange(len(text)))


def _lengthened(rng: random.Random, text: list[str]) -> None:
    for _ in range(rng.randint(1, 2)):
        text.insert(rng.randint(0, len(text)), line(rng))


def _exchanged(rng: random.Random, text: list[str]) -> None:
    text[rng.randrange(len(text))] = line(rng)


def _moved(rng: random.Random, text: list[str]) -> None:
    text.insert(rng.randrange(len(text) - 1), text.pop())
    text.append(sentence(rng, 0))


def _edited(
    change: Callable[[random.Random, list[str]], None],
    titles: tuple[Callable[[random.Random, str], str], ...] = TITLES,
    lead: bool = False,
) -> Made:
    def pair(rng: random.Random) -> tuple[Post, Post]:
        while True:  # until the copy is as far from its original as editors leave it
            one = short_report(rng)
            text = _text(one)
            change(rng, text)
            title = one.title
            for retitle in rng.sample(titles, rng.randint(1, min(2, len(titles)))):
                title = retitle(rng, title)
            own = f"{rng.choice(_CLAUSE).capitalize()}, đó là ghi nhận của phóng viên trong chuyến đi này."
            other = replace(one, title=title, lead=own if lead else one.lead, body=(" ".join(text),))
            if lead:
                other = replace(other, body=(f"{one.lead} {other.body[0]}",))
            if LEAST <= similarity(one, other) <= MOST:
                return one, other

    return pair


def _unchanged(_: random.Random, text: list[str]) -> None:
    text[:] = list(text)


EDITED_COPIES: dict[str, Made] = {
    "retitled, a sentence or two cut": _edited(_cut),
    "retitled, a sentence or two more": _edited(_lengthened),
    "retitled, a sentence exchanged": _edited(_exchanged),
    "retitled, a sentence moved and one more": _edited(_moved),
    "a label or place in front, a sentence or two cut": _edited(_cut, (_label, _place)),
    "in capitals, a sentence or two more": _edited(_lengthened, (_capitals,)),
    "a clause more in the headline, a sentence cut": _edited(_cut, (_clause, _opening)),
    "another desk's lead before it": _edited(_unchanged, lead=True),
    "another desk's lead, a sentence cut": _edited(_cut, lead=True),
}


def _apart(made: Made) -> Made:
    def pair(rng: random.Random) -> tuple[Post, Post]:
        while True:
            one, other = made(rng)
            if LEAST <= similarity(one, other) <= 0.95:
                return one, other

    return pair


def _yearly(rng: random.Random) -> tuple[Post, Post]:
    """The same feast a year later: day and year, and how many came."""
    where, what, year = commune(rng), rng.choice(WHAT), rng.randint(2015, 2022)
    notes = [sentence(rng, 0) for _ in range(rng.randint(4, 7))]

    def made(later: int) -> Post:
        text = list(notes)
        if later:
            text[rng.randrange(len(text))] = sentence(rng, 0)
        lead = f"Sáng {12 - later}/3/{year + later}, xã {where} khai hội {what} năm {year + later}."
        came = f"Hội năm nay đón {rng.randint(200, 900) * 10} lượt khách về dự."
        return Post(f"Xã {where} khai hội {what}", lead, (" ".join(text[:3]), " ".join([came, *text[3:]])))

    return made(0), made(1)


def _other_place(rng: random.Random) -> tuple[Post, Post]:
    """The same drive in another commune, told by the same template, a sentence exchanged."""
    what, first = rng.choice(WHAT), commune(rng)
    notes = [sentence(rng, 0) for _ in range(rng.randint(5, 8))]

    def made(where: str, change: bool) -> Post:
        text = list(notes)
        if change:
            text[rng.randrange(len(text))] = sentence(rng, 0)
        lead = f"UBND xã {where} vừa ra quân {what} trên toàn địa bàn."
        end = f"Lãnh đạo xã {where} mong bà con xã {where} tiếp tục hưởng ứng."
        return Post(f"Ra quân {what} tại xã {where}", lead, (" ".join(text), end))

    return made(first, False), made(commune(rng, first), True)


def _next_month(rng: random.Random) -> tuple[Post, Post]:
    """The monthly meeting of the next month."""
    month, notes = rng.randint(1, 11), [sentence(rng, 0) for _ in range(rng.randint(5, 8))]

    def made(n: int) -> Post:
        text = [*notes[:3], f"Kế hoạch tháng {n + 1} được giao cho các xã.", *notes[3:]]
        if n > month:
            text.pop(0)
        lead = f"Chiều {rng.randint(2, 27)}/{n}, UBND huyện họp phiên thường kỳ tháng {n}."
        return Post("UBND huyện họp phiên thường kỳ", lead, (" ".join(text),))

    return made(month), made(month + 1)


def _other_person(rng: random.Random) -> tuple[Post, Post]:
    """The funeral or visit of another person, in the same words."""
    first, notes = person(rng), [sentence(rng, 0) for _ in range(rng.randint(4, 7))]

    def made(who: str, change: bool) -> Post:
        text = notes[change:]
        lead = f"Lãnh đạo huyện đến thăm, tặng quà gia đình ông {who} nhân ngày truyền thống."
        end = f"Gia đình ông {who} cảm ơn sự quan tâm của các cấp."
        return Post("Lãnh đạo huyện thăm gia đình người có công", lead, (" ".join([*text, end]),))

    return made(first, False), made(person(rng, first), True)


def _shared_background(rng: random.Random) -> tuple[Post, Post]:
    """Two reports under one headline that share the half of their sentences: the programme's background."""
    background = [sentence(rng, 0.2) for _ in range(rng.randint(4, 6))]
    what = rng.choice(WHAT)

    def made() -> Post:
        own = [line(rng) for _ in range(3)]
        lead = f"Ngày {rng.randint(1, 28)}/{rng.randint(1, 12)}/2023, tại xã {commune(rng)}, {line(rng)}"
        return Post(f"Tiếp tục đẩy mạnh {what}", lead, (" ".join(own), " ".join(background)))

    return made(), made()


EDITED_LOOK_ALIKES: dict[str, Made] = {
    "the feast of the next year, a sentence exchanged": _apart(_yearly),
    "the drive in another commune, a sentence exchanged": _apart(_other_place),
    "the meeting of the next month, a sentence cut": _apart(_next_month),
    "the visit to another family, a sentence cut": _apart(_other_person),
    "half of the text is background": _shared_background,
}
