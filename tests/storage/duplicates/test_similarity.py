"""What makes two texts one story."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.duplicates.passages import PASSAGE, covered
from storage.duplicates.similarity import (
    LEAST,
    NEAR,
    SHORT,
    headline_keys,
    jaccard,
    same_story,
    shingle_texts,
    shingles,
    story,
)
from tests.planted import COPIES, LOOK_ALIKES, Post, pairs
from tests.planted_copies import HARD_COPIES
from tests.planted_editors import EDITED_COPIES, EDITED_LOOK_ALIKES
from tests.planted_look_alikes import HARD_LOOK_ALIKES


def verdict(a: Post, b: Post) -> float | None:
    one, other = a.story(), b.story()
    return same_story(one, other) if one and other else None


EVERY_COPY = COPIES | HARD_COPIES
EVERY_LOOK_ALIKE = LOOK_ALIKES | HARD_LOOK_ALIKES | EDITED_LOOK_ALIKES


@pytest.mark.parametrize("name", EVERY_COPY)
def test_copies_are_one_story(name: str) -> None:
    similar = [
        verdict(a, b) for _, a, b in pairs({name: EVERY_COPY[name]}, 8 if name.startswith("5,000") else 25, 1)
    ]
    assert None not in similar
    assert min(one or 0 for one in similar) >= NEAR


@pytest.mark.parametrize("name", EDITED_COPIES)
def test_copies_that_a_desk_edited_are_one_story(name: str) -> None:
    similar = [verdict(a, b) for _, a, b in pairs({name: EDITED_COPIES[name]}, 25, 1)]
    assert None not in similar
    assert min(one or 0 for one in similar) >= LEAST


@pytest.mark.parametrize("name", EVERY_LOOK_ALIKE)
def test_look_alikes_are_not(name: str) -> None:
    assert {verdict(a, b) for _, a, b in pairs({name: EVERY_LOOK_ALIKE[name]}, 25, 1)} == {None}


REPORT = Post(
    "UBND huyện họp giao ban thường kỳ tháng 10/2023",
    "Chiều ngày 26/10, UBND huyện Đô Lương đã tổ chức hội nghị giao ban thường kỳ tháng 10/2023.",
    (
        "Hội nghị đã tập trung đánh giá kết quả thực hiện nhiệm vụ kinh tế xã hội, triển khai nhiệm vụ mới.",
        "Toàn huyện gieo trồng được 1.200 ha cây vụ đông, có 35 hộ đăng ký mô hình mới và 12 xã về đích.",
        "Đồng chí Chủ tịch yêu cầu các phòng, ban, ngành tập trung khắc phục tồn tại để hoàn thành kế hoạch.",
        "Cùng dự có đại diện các đoàn thể, lãnh đạo các xã và đông đảo cán bộ phụ trách địa bàn trong huyện.",
    ),
)


def changed(old: str, new: str) -> Post:
    texts = [part.replace(old, new) for part in (REPORT.title, REPORT.lead or "", *REPORT.body)]
    return replace(REPORT, title=texts[0], lead=texts[1], body=tuple(texts[2:]))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("35 hộ", "38 hộ"),  # a number corrected
        ("1.200 ha", "1200 ha"),  # the same number
        ("26/10,", "26/10/2023,"),  # the same day
        ("Cùng dự có", "Tham dự hội nghị còn có"),
        ("10/2023", "10 năm 2023"),
    ],
)
def test_small_changes(old: str, new: str) -> None:
    assert verdict(REPORT, changed(old, new)) is not None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2023", "2022"),
        ("tháng 10", "tháng 11"),
        ("ngày 26/10", "ngày 27/10"),
        ("thường kỳ tháng 10/2023", "thường kỳ tháng 9/2023"),
    ],
)
def test_other_days_are_other_stories(old: str, new: str) -> None:
    assert verdict(REPORT, changed(old, new)) is None


SPEECH = (
    "Ông Trần Văn Bình cho biết mô hình nuôi ong lấy mật ở đây đã giúp nhiều hộ dân trong vùng thoát nghèo."
)
VISIT = Post(
    "Đoàn công tác thăm mô hình kinh tế",
    "Đoàn đã thăm gia đình ông Trần Văn Bình ở xã Hòa Sơn và trao tặng phần quà nhân dịp đầu xuân mới.",
    (*REPORT.body[2:], SPEECH, "Dịp này, xã Hòa Sơn cũng đón nhận bằng khen về phong trào thi đua yêu nước."),
)


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({"ông Trần Văn Bình": "ông Trần Văn Bỉnh"}, True),  # other marks only
        ({"Ông Trần Văn Bình": "Ông Trần Văn Bảng"}, True),  # in one place of two
        ({"ng Trần Văn Bình": "ng Lê Hữu Phúc"}, False),  # everywhere
        ({"xã Hòa Sơn": "xã Lam Sơn"}, False),
    ],
)
def test_another_name_everywhere_is_another_story(changes: dict[str, str], same: bool) -> None:
    texts = [VISIT.title, VISIT.lead or "", *VISIT.body]
    for old, new in changes.items():
        texts = [text.replace(old, new) for text in texts]
    other = replace(VISIT, title=texts[0], lead=texts[1], body=tuple(texts[2:]))
    assert (verdict(VISIT, other) is not None) == same


def test_a_portals_licence_is_no_part_of_the_story() -> None:
    footers = (f"Giấy phép số {n}/GP-STTTT ngày {n}/4/2019 của Sở Thông tin và Truyền thông" for n in (5, 7))
    a, b = (replace(REPORT, body=(*REPORT.body, footer)) for footer in footers)
    assert verdict(a, b) is not None


def test_punctuation_case_and_diacritics_do_not_count() -> None:
    loud = replace(
        REPORT, title=REPORT.title.upper(), body=tuple(line.replace(",", ";") for line in REPORT.body)
    )
    assert verdict(REPORT, loud) == 1.0


def test_captions_count_only_where_there_is_little_else() -> None:
    pictured = replace(REPORT, captions=("Toàn cảnh hội nghị",))
    assert verdict(REPORT, pictured) == 1.0
    assert story("Chùm ảnh", None, [], ["Một"]) != story("Chùm ảnh", None, [], ["Hai"])
    assert story("Thông báo", "Xem tệp", [], [], ["Lịch tuần 1"]) != story("Thông báo", "Xem tệp", [])
    assert story("T", None, ["từ " * SHORT], ["Một"]) == story("T", None, ["từ " * SHORT])


def test_a_title_alone_is_no_text() -> None:
    assert story("Thông báo", None, [], []) is None
    assert story("Thông báo", " ", ["…", "–"], [""]) is None


def test_shingles() -> None:
    assert shingles("a b c d".split()) == {("a", "b", "c"), ("b", "c", "d")}
    assert shingles(["a"]) == {("a",)}
    assert shingles([]) == set()
    assert jaccard({"a", "b"}, {"b", "c"}) == pytest.approx(1 / 3)
    assert jaccard(set(), set()) == 0.0


@given(st.lists(st.sampled_from("abc"), max_size=8))
@settings(max_examples=60, deadline=None)
def test_shingles_as_texts_are_the_same(text: list[str]) -> None:
    assert set(shingle_texts(text)) == {" ".join(three) for three in shingles(text)}


def test_words_stay_in_their_line_and_the_title_in_one() -> None:
    found = story("Một\nhai", "Ba! Bốn", ["Năm…\nSáu_bảy; tám", ""])
    assert found is not None
    told = [" ".join(line) for line in found.lines]
    assert told == ["mot hai", "ba bon", "nam", "sau_bay tam"]


@given(st.lists(st.text(max_size=60), max_size=6), st.lists(st.text(max_size=60), max_size=6))
@settings(max_examples=100, deadline=None)
def test_symmetric_and_sure_of_itself(a: list[str], b: list[str]) -> None:
    one, other = story("", None, a), story("", None, b)
    if one and other:
        assert same_story(one, other) == same_story(other, one)
        assert same_story(one, one) == 1.0


@pytest.mark.parametrize(
    ("title", "keys"),
    [
        ("", []),
        ("Thông báo", []),
        ("Ra quân nạo vét kênh", ["ra quan nao vet kenh 5/3/2024"] * 2),
        ("Tin ảnh: Ra quân nạo vét kênh", ["ra quan nao vet kenh 5/3/2024"] * 2),
        ("Tân Lập: RA QUÂN nạo vét kênh", ["ra quan nao vet kenh 5/3/2024"] * 2),
        (
            "Hội Nông dân xã Tân Lập ra quân nạo vét kênh mương",
            ["hoi nong dan xa tan lap ra quan 5/3/2024", "tan lap ra quan nao vet kenh muong 5/3/2024"],
        ),
        ("Chủ tịch huyện: phải xong trước lũ", ["phai xong truoc lu 5/3/2024"] * 2),
        ("Thông báo: nghỉ lễ", ["thong bao nghi le 5/3/2024"] * 2),  # what follows is no headline of its own
    ],
)
def test_a_headline_is_known_by_its_ends(title: str, keys: list[str]) -> None:
    assert headline_keys(title, ["Sáng 05/3/2024, xã ra quân.", "Đến 20/3 thì xong."]) == keys


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Ngày 5 tháng 3 năm 2024, xã ra quân", " 5/3/2024"),
        ("Đạt 12,5 ha và 98%, sáng 05-03 nghiệm thu", " 5/3/"),
        ("Toàn xã có 340 hộ", " 340"),
        ("Bà con phấn khởi", " "),
    ],
)
def test_the_day_stands_beside_the_headline(text: str, day: str) -> None:
    assert headline_keys("Ra quân nạo vét kênh", ["", text])[0] == f"ra quan nao vet kenh{day}"


def test_only_passages_of_a_sentence_count_as_covered() -> None:
    text = [f"từ{n}" for n in range(40)]
    template = [word if n % PASSAGE else f"khác{n}" for n, word in enumerate(text)]
    assert covered(text[10:30], text) == 1
    assert covered([*text[20:], *text[:20]], text) == 1  # a passage moved
    assert covered([*text[:20], *(f"mới{n}" for n in range(20))], text) == 0.5
    assert covered(template, text) == 0
    assert covered([], text) == 0
    assert covered(["ơ"] * 30_000, ["ơ"] * 30_000) == 1
