"""The Vietnamese catalogue: whole, up to date with the code, and in the words of docs/vi/thuat-ngu.md."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import pytest
from babel.messages import Catalog

from storage.language.codes import CODES
from tests.catalogue import MO, ROOT, compiled, extracted, translations
from tests.english import english

GLOSSARY = ROOT / "docs/vi/thuat-ngu.md"


@pytest.fixture(scope="module")
def code() -> Catalog:
    return extracted()


@pytest.fixture(scope="module")
def vietnamese() -> Catalog:
    return translations()


def said(catalogue: Catalog) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Every message: its English forms, its Vietnamese ones."""
    for message in catalogue:
        if message.id:
            yield _forms(message.id), _forms(message.string)


def _forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def names(template: str) -> set[str]:
    """The placeholders of a template; other braces, as of JSON, are letters."""
    return set(re.findall(r"\{(\w+)[!:}]", template)) - {"n"}


def test_the_catalogue_is_up_to_date_with_the_code(code: Catalog, vietnamese: Catalog) -> None:
    in_code = {(message.context, message.id) for message in code}
    in_catalogue = {(message.context, message.id) for message in vietnamese}
    assert in_code == in_catalogue, "run `make messages` and translate what is new"


def test_every_message_is_translated(vietnamese: Catalog) -> None:
    assert [english for english, forms in said(vietnamese) if not all(forms)] == []
    assert [message.id for message in vietnamese if message.fuzzy and message.id] == []


def test_the_compiled_catalogue_is_that_of_the_text(vietnamese: Catalog) -> None:
    assert MO.read_bytes() == compiled(vietnamese), "run `make messages`"


def test_placeholders_agree(vietnamese: Catalog) -> None:
    for wanted, forms in said(vietnamese):
        assert [form for form in forms if names(form) != names(wanted[-1])] == [], wanted


def forbidden() -> list[str]:
    """The expressions that the glossary tells not to write; what stands in parentheses is a remark."""
    table = GLOSSARY.read_text(encoding="utf-8").partition("## Từ không nên dùng")[2]
    cells = re.findall(r"^\| (.+?) \| .+ \|$", table, re.MULTILINE)[2:]
    return [word.strip() for cell in cells for word in re.sub(r"\(.+?\)", "", cell).split(",")]


def test_no_message_uses_a_word_that_the_glossary_forbids(vietnamese: Catalog) -> None:
    words = forbidden()
    assert "cổng giả" in words
    text = {form.lower() for _, forms in said(vietnamese) for form in forms}
    assert [(word, form) for form in text for word in words if word in form] == []


@pytest.mark.parametrize("guide", ["README.vi.md", "docs/vi/operators.md", "web/strings.toml"])
def test_no_guide_uses_one(guide: str) -> None:
    text = (ROOT / guide).read_text(encoding="utf-8").lower()
    assert [word for word in forbidden() if word in text] == []


def test_vietnamese_is_composed_and_has_no_english_words(vietnamese: Catalog) -> None:
    """NFC letters; no word of English but codes, which options and TOML take as they are."""
    codes = {code for words in CODES.values() for code in words} | {"files", "articles", "status", "list"}
    for wanted, forms in said(vietnamese):
        for form in forms:
            assert form == unicodedata.normalize("NFC", form)
            left = set(english(re.sub(r"\{[^}]*\}", " ", form))) - codes
            assert left == set(), (wanted, form)
