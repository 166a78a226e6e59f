"""How a block of a page is known again on other pages: what the reader counts and the archive remembers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from storage.text import fold

FIRM, TAKEN = 1, 2  # flags of a sighting: stood like the article's own; was taken for the article's own
PICTURE = "p"  # begins the keys of pictures; those of texts are hex digits
SPOT = "@"  # begins the keys of places where links to other articles stand
BODY = "="  # begins the keys of places where the text stands
MAX_TEXT = 200  # letters that are kept of a block, for people
_NO_LETTER = re.compile(r"[\W_]+")
_NO_ASCII_LETTER = bytes(code for code in range(128) if not chr(code).isalnum())
_ZEROS = bytes.maketrans(b"123456789", b"000000000")
_DIGITS = re.compile(r"\d+")


def keys(texts: Sequence[str]) -> list[str]:
    """Returns the key of each text: equal for texts with the same folded letters, numbers left aside; ""
    below four letters. What `versions.folded` holds of a text has the key of that text.
    """
    lines = fold("\n".join(text.replace("\n", " ") for text in texts)).split("\n") if texts else []
    return [_key(line) for line in lines]


def picture_key(url: str) -> str:
    """Returns the key of a picture: of its address without host and query; "" where there is none."""
    path = urlsplit(url).path if url else ""
    return f"{PICTURE}{_hash(path.encode('utf-8', 'replace'))}" if len(path) > 1 else ""


def spot_key(kind: str, path: str) -> str:
    """Returns the key of a place in the template; `kind` is SPOT or BODY, `path` its boxes."""
    return f"{kind}{_hash(path.encode('utf-8', 'replace'))}"


def _key(folded: str) -> str:
    if not folded.isascii():
        letters = _DIGITS.sub("0", _NO_LETTER.sub("", folded))
        return _hash(letters.encode("utf-8", "replace")) if len(letters) > 3 else ""
    plain = folded.encode().translate(_ZEROS, _NO_ASCII_LETTER)  # nearly all that is folded
    while b"00" in plain:
        plain = plain.replace(b"00", b"0")
    return _hash(plain) if len(plain) > 3 else ""


def _hash(text: bytes) -> str:
    return hashlib.blake2b(text, digest_size=8).hexdigest()
