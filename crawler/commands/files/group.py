"""The group `huyen files`: a first word that names none of its commands belongs to `list`."""

from __future__ import annotations

from crawler.commands.group import WithDefault


class Files(WithDefault):
    """Has `huyen files DISTRICT` and `huyen files ID` mean `huyen files list …`."""

    default = "list"
