"""English words in a Vietnamese text: what a translation has left. Names, codes and addresses are none."""

from __future__ import annotations

import re

# Words of our English messages. Syllables that Vietnamese has, too (do, in, no, on, to), are not
# among them.
_WORDS = """
about address after again already and any archive article articles as at attention be because been before
between but by cannot capture captures changed copies crawl crawled database day days district districts
does done earlier ended every evidence failed fault faults fetched file files first folder for found from
given has have held hour hours into is it kept last left line lines link links list listing listings lock
log missing more most need needs never new newest newer night none not nothing of off one only or other
out page pages portals portal print process province read reader record records registry request requests
run running runs same section sections seen server since story stories that the their them then there
these they this time unchanged undated unknown usually version versions waiting was were what when
where which while why will with without word words would written year you your verdict state status name
""".split()
_ENGLISH = re.compile(rf"(?<![\w./-])(?:{'|'.join(_WORDS)})(?![\w/-]|\.\w)", re.IGNORECASE)
_NAMES = re.compile(
    r"Common Crawl|https?://\S+|\S+@\S+|`[^`]*`|\b[\w-]+=\S+|--[\w-]+|"
    r"\bhuyen [\w -]+|\S+\.(?:toml|md|db|csv|json)\b"
)


def english(text: str) -> list[str]:
    """The English words of `text`, as they stand; addresses, options, commands, code and NAMES apart."""
    found = _ENGLISH.findall(_NAMES.sub(" ", text))
    return [word for word in found if not word.isupper()]
