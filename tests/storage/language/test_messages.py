"""Messages: English until they are shown, whole through errors, JSON and processes."""

from __future__ import annotations

import json
import pickle
from datetime import date

import pytest

from storage.errors import StorageError
from storage.language import messages
from storage.language.messages import (
    Message,
    from_json,
    gettext,
    joined,
    message,
    ngettext,
    nmessage,
    shown,
    speaking,
    to_json,
)


class Words(messages.NullTranslations):
    """A catalogue of a test."""

    said = {  # noqa: RUF012
        "{file} is damaged": "{file} bị hỏng",
        "{n} page of {day}": "{n} trang ngày {day}",
        "share {share:.1%}": "tỷ lệ {share:.1%}",
        "because {why}": "vì {why}",
    }

    def gettext(self, message: str) -> str:
        return self.said.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.said.get(msgid1, msgid1)

    def pgettext(self, context: str, message: str) -> str:
        return f"{message} ({context})"


@pytest.fixture(autouse=True)
def words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "catalogue", lambda language: Words())


def test_a_message_is_an_english_string_until_it_is_shown() -> None:
    said = message("{file} is damaged", file="a.warc")
    assert said == "a.warc is damaged"
    assert json.dumps([said]) == '["a.warc is damaged"]'
    assert shown(said) == "a.warc is damaged"
    with speaking("vi"):
        assert shown(said) == "a.warc bị hỏng"
        assert said == "a.warc is damaged"


def test_an_error_keeps_its_message_through_another_error() -> None:
    first = StorageError(message("{file} is damaged", file="a.warc"))
    second = StorageError(str(first))
    with speaking("vi"):
        assert shown(second) == "a.warc bị hỏng"
        assert gettext("because {why}", why=second) == "vì a.warc bị hỏng"
        assert shown(StorageError("plain")) == "plain"


@pytest.mark.parametrize(("count", "english"), [(1, "1 page of 2023-10-26"), (2, "2 pages of 2023-10-26")])
def test_english_has_a_plural_and_vietnamese_one_form(count: int, english: str) -> None:
    said = nmessage("{n} page of {day}", "{n} pages of {day}", count, day=date(2023, 10, 26))
    assert said == english
    with speaking("vi"):
        assert shown(said) == f"{count} trang ngày 26/10/2023"
        assert ngettext("{n} page of {day}", "{n} pages of {day}", count, day="x") == f"{count} trang ngày x"


def test_vietnamese_has_a_decimal_comma() -> None:
    assert message("share {share:.1%}", share=0.125) == "share 12.5%"
    with speaking("vi"):
        assert gettext("share {share:.1%}", share=0.125) == "tỷ lệ 12,5%"


@pytest.mark.parametrize(
    "said",
    [
        message("{file} is damaged", file="a.warc"),
        nmessage("{n} page of {day}", "{n} pages of {day}", 3, day=date(2023, 10, 26)),
        message("because {why}", why=message("{file} is damaged", file="b {odd}")),
        joined([message("{file} is damaged", file="c"), "plain"], "; "),
        messages.pmessage("verdict", "ok"),
        "a plain sentence",
    ],
    ids=str,
)
def test_a_message_survives_json_and_pickle(said: str) -> None:
    for back in (from_json(json.loads(json.dumps(to_json(said)))), pickle.loads(pickle.dumps(said))):
        assert back == said
        assert isinstance(back, Message) == isinstance(said, Message)
        with speaking("vi"):
            assert shown(back) == shown(said)


def test_the_text_of_a_message_stands_in_its_json() -> None:
    kept = to_json(message("{file} is damaged", file="a.warc"))
    assert kept["text"] == "a.warc is damaged"
    assert to_json("as it is") == "as it is" == from_json("as it is")


def test_braces_of_a_message_without_values_are_letters() -> None:
    with speaking("vi"):
        assert gettext("JSON lines {a}") == "JSON lines {a}"


def test_nothing_said_is_nothing_in_every_language() -> None:
    with speaking("vi"):
        assert shown(joined([])) == shown(message("")) == ""
