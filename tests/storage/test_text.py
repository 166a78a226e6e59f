"""Words of a text: what duplicates compare, and what the index of the search holds."""

from __future__ import annotations

import pytest

from storage.text import counted, searchable, words


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
