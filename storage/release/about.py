"""What only the publisher of a release can say: licence, rights, who made it, how to reach them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from storage.errors import StorageError
from storage.language.messages import message

_ORCID = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]")
_CREATIVE_COMMONS = re.compile(r"CC-(BY(?:-NC)?(?:-SA|-ND)?)-(\d\.\d)")
# SPDX identifiers of data licences, with where their texts are.
_KNOWN = {
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "ODbL-1.0": "https://opendatacommons.org/licenses/odbl/1-0/",
    "ODC-By-1.0": "https://opendatacommons.org/licenses/by/1-0/",
    "PDDL-1.0": "https://opendatacommons.org/licenses/pddl/1-0/",
}


@dataclass(frozen=True, slots=True)
class Creator:
    """Somebody who made the dataset; `orcid` in its 16 digits with hyphens, "" where there is none."""

    name: str
    orcid: str = ""


@dataclass(frozen=True, slots=True)
class About:
    """The table [release] of huyen.toml. Nothing has a default: what is "" or empty was not said."""

    licence: str = ""  # an SPDX identifier, a URL, or words
    rights_note: str = ""
    creators: tuple[Creator, ...] = field(default=())
    publisher: str = ""
    contact: str = ""
    doi: str = ""

    @property
    def licence_url(self) -> str:
        """Where the text of the licence is; "" where that is not known."""
        if re.match(r"https?://", self.licence):
            return self.licence
        if found := _CREATIVE_COMMONS.fullmatch(self.licence):
            return f"https://creativecommons.org/licenses/{found[1].lower()}/{found[2]}/"
        return _KNOWN.get(self.licence, "")

    @property
    def spdx(self) -> str:
        """The licence's SPDX identifier; "" where it has none that is known here."""
        known = self.licence in _KNOWN or _CREATIVE_COMMONS.fullmatch(self.licence)
        return self.licence if known else ""


def about(table: Mapping[str, Any]) -> About:
    """Returns what `table` says. Raises StorageError, which names the key, where it cannot be used."""
    known = [one.name for one in fields(About)]
    for key, value in table.items():
        if key not in known:
            raise StorageError(
                message("[release]: unknown key {key}; there are {known}", key=key, known=", ".join(known))
            )
        if key != "creators" and not isinstance(value, str):
            raise StorageError(message("[release]: {key} must be a string in quotes", key=key))
    said = {key: value.strip() for key, value in table.items() if key != "creators"}
    if said.get("doi"):
        said["doi"] = re.sub(r"^(https?://(dx\.)?doi\.org/|doi:)", "", said["doi"])
        if not re.fullmatch(r"10\.\d{4,9}/\S+", said["doi"]):
            raise StorageError(
                message("[release]: {doi!r} is no DOI; give it as 10.5281/zenodo.123456", doi=said["doi"])
            )
    return About(creators=_creators(table.get("creators", [])), **said)


def _creators(value: Any) -> tuple[Creator, ...]:
    form = 'creators = [{ name = "Family, Given", orcid = "0000-0002-1825-0097" }]'
    if not isinstance(value, list):
        raise StorageError(message("[release]: creators must be a list, as {form}", form=form))
    found = []
    for one in value:
        if not isinstance(one, dict) or not one.get("name") or set(one) - {"name", "orcid"}:
            raise StorageError(
                message("[release]: a creator has a name and perhaps an orcid, as {form}", form=form)
            )
        orcid = str(one.get("orcid", "")).removeprefix("https://orcid.org/")
        if orcid and not (_ORCID.fullmatch(orcid) and _checked(orcid)):
            raise StorageError(
                message("[release]: {orcid!r} is no ORCID; its last digit checks the others", orcid=orcid)
            )
        found.append(Creator(str(one["name"]), orcid))
    return tuple(found)


def _checked(orcid: str) -> bool:
    """Returns whether the last digit is that of ISO 7064 11,2."""
    digits = orcid.replace("-", "")
    total = 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    result = (12 - total % 11) % 11
    return digits[-1] == ("X" if result == 10 else str(result))
