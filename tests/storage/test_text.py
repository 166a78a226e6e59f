"""Words of a text: what duplicates compare, and what the index of the search holds."""

from __future__ import annotations

import pytest

from storage.text import searchable, words


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
