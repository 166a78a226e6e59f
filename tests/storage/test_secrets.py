"""Passwords stay out of what is shown, however an address is written."""

from __future__ import annotations

import pytest

from crawler.config import describe, load
from storage.database import open_database
from storage.errors import StorageError
from storage.secrets import masked, scrubbed

WORD = "sesam"
ADDRESSES = [
    f"postgresql+psycopg://huyen:{WORD}@127.0.0.1:1/huyen",
    f"postgresql+psycopg://huyen:a@{WORD}@127.0.0.1:1/huyen",
    f"postgresql+psycopg://huyen:{WORD}@b@127.0.0.1:1/huyen",
    f"postgresql+psycopg://huyen:x:{WORD}@127.0.0.1:1/huyen",
    f"postgresql+psycopg://127.0.0.1:1/huyen?user=huyen&password={WORD}",
    f"postgresql+psycopg://127.0.0.1:1/huyen?sslpassword={WORD}&connect_timeout=1",
    f"smtp://night:{WORD}@mail:25",
    f"smtp://night@example.org:{WORD}@mail:25",
    f"smtp+starttls://night@example.org:a:{WORD}@mail:587",
    f"//user:{WORD}@host",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_secret_in_an_address_is_masked(address: str) -> None:
    assert WORD not in masked(address)
    assert "***" in masked(address)


@pytest.mark.parametrize(
    "address",
    [
        "sqlite:////srv/huyen/archive.db",
        "postgresql+psycopg://huyen@db/huyen?connect_timeout=5",
        "smtp://localhost:25",
        "smtp://night@example.org",
        "",
    ],
)
def test_what_holds_no_secret_stays_as_it_is(address: str) -> None:
    assert masked(address) == address


def test_host_and_user_stay_readable() -> None:
    assert masked("smtp://night@example.org:a:b@mail:25") == "smtp://night@example.org:***@mail:25"


@pytest.mark.parametrize("address", [one for one in ADDRESSES if one.startswith("postgresql")])
def test_an_error_of_the_driver_quotes_no_secret(address: str) -> None:
    with pytest.raises(StorageError) as error:
        open_database(address, retry_seconds=0)

    assert WORD not in str(error.value)
    assert "127.0.0.1" in str(error.value)


def test_the_words_of_a_driver_are_scrubbed_in_both_spellings() -> None:
    address = "postgresql+psycopg://huyen:se%40sam@db/huyen"

    assert scrubbed('could not translate "se@sam", was "se%40sam"', address) == (
        'could not translate "***", was "***"'
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HUYEN_SMTP", f"smtp://night@example.org:a:{WORD}@mail:25"),
        ("HUYEN_WEBHOOK", f"https://user:{WORD}@hooks.example"),
        ("HUYEN_WEBHOOK", f"https://hooks.example/T/{WORD}"),
        ("HUYEN_WEBHOOK", f"https://hooks.example?key={WORD}"),
        ("HUYEN_DATABASE_URL", f"postgresql+psycopg://db/huyen?sslpassword={WORD}"),
    ],
)
def test_the_configuration_is_shown_without_secrets(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    shown = {row.name: row.value for row in describe(load())}

    assert WORD not in "".join(shown.values())
    assert "***" in shown[name]
