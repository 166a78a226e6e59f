"""Text typed for a TCVN3 or VNI font."""

from __future__ import annotations

import pytest

from pipelines.html.fonts import unfont

PLAIN = "ủy ban nhân dân huyện tổ chức lễ phát động trồng cây đời đời nhớ ơn, mỗi người một việc thiết thực"


@pytest.mark.parametrize(
    ("typed", "plain", "font"),
    [
        (
            "ñy ban nh©n d©n huyÖn tæ chøc héi nghÞ víi ®¹i biÓu c¸c x·",
            "ủy ban nhân dân huyện tổ chức hội nghị với đại biểu các xã",
            "tcvn3",
        ),
        (
            "uûy ban nhaân daân huyeän toå chöùc hoäi nghò vôùi ñaïi bieåu, ñoaøn vieân ñeán döï ñoâng ñuû",
            "ủy ban nhân dân huyện tổ chức hội nghị với đại biểu, đoàn viên đến dự đông đủ",
            "vni",
        ),
        ("Ñöôøng vaøo xaõ ñaõ ñöôïc môû roäng", "Đường vào xã đã được mở rộng", "vni"),
    ],
)
def test_font_text_becomes_unicode(typed: str, plain: str, font: str) -> None:
    assert unfont(f"<p>{typed}</p>") == (f"<p>{plain}</p>", font)


@pytest.mark.parametrize(
    "text", [PLAIN, PLAIN.upper(), "El Niño, São Paulo và François Müller", "25 µm ± 3 © 2020"]
)
def test_other_text_is_left_alone(text: str) -> None:
    assert unfont(f"<p>{text}</p>") == (f"<p>{text}</p>", None)


def test_runs_in_unicode_stay_beside_runs_in_a_font() -> None:
    typed = "<p>Văn bản</p><p>ñy ban nh©n d©n huyÖn tæ chøc héi nghÞ víi ®¹i biÓu c¸c x·</p>"
    assert unfont(typed)[0].startswith("<p>Văn bản</p><p>ủy ban")


def test_markup_is_not_converted() -> None:
    typed = "<p title='µ¸'>®¹i biÓu c¸c x· dù héi nghÞ tæng kÕt n¨m häc, ®· ph¸t biÓu</p>"
    assert unfont(typed)[0].startswith("<p title='µ¸'>đại biểu")
