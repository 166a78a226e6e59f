"""Keeps passwords out of everything that is shown: addresses masked, the words of drivers scrubbed."""

from __future__ import annotations

import re
from urllib.parse import unquote

MASK = "***"
_SHORTEST = 3  # letters; a shorter piece stands in too many words to be cut out of them
_PART = re.compile(r"^([\w+.-]+:)?//")
_PARAMETER = re.compile(r"([?&;])([^=&;#]+)=([^&;#]*)")
_SECRET_NAME = re.compile(r"pass|pwd|secret|token|key|auth|sig|cred", re.IGNORECASE)


def masked(address: str) -> str:
    """Returns `address` (a URL, also one that is written wrongly) with what may be secret in it as `***`.

    Masked are the password, however many @ and : it has, and parameters whose name tells of a secret
    (password, sslpassword, token, api_key …).
    """
    user, password, rest = _parts(address)
    scheme = _scheme(address)
    shown = f"{scheme}{user}:{MASK}@{rest}" if password else address
    return _PARAMETER.sub(lambda m: f"{m[1]}{m[2]}={MASK}" if _secret(m) else m[0], shown)


def scrubbed(words: str, address: str) -> str:
    """Returns `words`, say an error of a driver, without any secret of `address` that they quote."""
    for secret in sorted(_secrets(address), key=len, reverse=True):
        words = words.replace(secret, MASK)
    return words


def _secrets(address: str) -> set[str]:
    password = _parts(address)[1]
    found = {password, *password.split("@")}
    found |= {m[3] for m in _PARAMETER.finditer(address) if _secret(m)}
    found |= {unquote(secret) for secret in found}
    return {secret for secret in found if len(secret) >= _SHORTEST}


def _scheme(address: str) -> str:
    match = _PART.match(address)
    return match[0] if match else ""


def _parts(address: str) -> tuple[str, str, str]:
    """Returns user, password and the rest; the last @ before the parameters ends the
    password.

    A user may be an address with an @ of its own; the first colon ends it.
    """
    behind = address[len(_scheme(address)) :]
    before, mark, parameters = behind.partition("?")
    user, at, rest = before.rpartition("@")
    name, colon, password = user.partition(":")
    if not (at and colon):
        return "", "", behind
    return name, password, rest + mark + parameters


def _secret(parameter: re.Match[str]) -> bool:
    return bool(parameter[3] and _SECRET_NAME.search(parameter[2]))
