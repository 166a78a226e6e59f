"""Copies as an adversary would choose them; in addition to those of tests.planted."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace

from pipelines.html import fonts as fontencoding
from storage.duplicates.similarity import NEAR
from tests.planted import WHAT, WHERE, WHO, Post
from tests.planted_look_alikes import next_week
from tests.planted_prose import VERB, Made, commune, line, person, report, similarity


def _until_near(make: Made) -> Made:
    """Pairs of `make` that are as near as a copy has to be."""

    def pair(rng: random.Random) -> tuple[Post, Post]:
        while similarity(*(both := make(rng))) < NEAR:
            pass
        return both

    return pair


def _headline(rng: random.Random) -> tuple[Post, Post]:
    one = report(rng)
    title = f"{rng.choice(WHO)}: {rng.choice(VERB)} {rng.choice(WHAT)} {rng.choice(WHERE)}"
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
    captions = tuple(f"{rng.choice(WHO)} {rng.choice(VERB)} {rng.choice(WHAT)}" for _ in range(9))
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
    one, _ = next_week(rng)
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
