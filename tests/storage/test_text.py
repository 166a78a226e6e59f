"""Words of a text: what duplicates compare, and what the index of the search holds."""

from __future__ import annotations

import re
import unicodedata

import pytest

from storage.text import BETWEEN, counted, fold, indexed, older_tones, searchable, word_lines, words


@pytest.mark.parametrize(
    ("text", "compared", "indexed"),
    [
        ("Đại hội Đoàn xã", ["dai", "hoi", "doan", "xa"], "dai hoi doan xa"),
        ("tệp bao_cao.pdf", ["tep", "bao_cao", "pdf"], "tep bao cao pdf"),
        ("số 12/QĐ-UBND", ["so", "12", "qd", "ubnd"], "so 12 qd ubnd"),
    ],
)
def test_an_underscore_is_part_of_a_word_and_a_space_to_the_index(
    text: str, compared: list[str], indexed: str
) -> None:
    assert words(text) == compared
    assert searchable([text]) == indexed


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (counted(1, "article"), "1 article"),
        (counted(0, "article"), "0 articles"),
        (counted(2, "story", "stories"), "2 stories"),
        (counted(1, "story", "stories"), "1 story"),
    ],
)
def test_one_thing_is_no_plural(said: str, words: str) -> None:
    assert said == words


LINES = [
    "Đại hội Đoàn xã Hoà Sơn, nhiệm kỳ 2022–2027",
    "tệp bao_cao__so_1.pdf _ và ____",
    "",
    "UBND huyện: 12/QĐ-UBND; toà nhà — “thuỷ lợi”",
    "No marks here: 1,200 km2",
    "中国新闻 và ȺȾ ðường, ﬁle №5 x²",
    "  …!?  ",
    "a\tb\rc\x0bd\x1ce\u00a0g\u2028h",
]


@pytest.mark.parametrize("lines", [LINES, LINES[:5], LINES[4:5], LINES[5:6], [""]])
def test_lines_folded_together_are_the_lines_folded_one_by_one(lines: list[str]) -> None:
    apart = [re.findall(r"\w+", fold(line)) for line in lines]
    assert word_lines("\n".join(lines)) == apart
    found = []
    for line in lines:
        plain = " ".join(re.findall(r"[^\W_]+", fold(line)))
        lower = unicodedata.normalize("NFKC", line).lower().replace("ð", "đ")
        typed = older_tones(" ".join(re.findall(r"[^\W_]+", lower)))
        found += [plain] if plain == typed else [plain, typed]
    assert indexed(lines) == indexed(lines, apart) == f" {BETWEEN} ".join(filter(None, found))
    assert indexed([None, *lines, None]) == indexed(["\n".join(lines)]) == indexed(lines)
