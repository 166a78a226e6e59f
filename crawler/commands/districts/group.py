"""The group `huyen districts`: a first word that names none of its commands belongs to `show`."""

from __future__ import annotations

from crawler.commands.group import WithDefault


class Districts(WithDefault):
    """Has `huyen districts ID` and `huyen districts --province P` mean `huyen districts show …`."""

    default = "show"
