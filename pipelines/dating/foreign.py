"""Month names of other languages, put into digits: pages of other countries are read by the same rules."""

from __future__ import annotations

import re

from storage.text import fold

# German, French, Spanish, Italian, Portuguese, Dutch, Polish, Czech, Danish and Swedish, folded; English is
# read as it is. A name is known by its beginning.
_BEGINNINGS = {
    1: "januar jaenner janner janv ener enero gennaio janeiro stycznia stycz ledna",
    2: "februar fevr feb febrer febbraio fevereiro lutego unora",
    3: "marz maerz mars marzo marco maart mrt marca brezna",
    4: "april avril abril aprile kwietnia kwiec dubna",
    5: "mai mayo maggio maio mei maja kvetna maj",
    6: "juni juin junio giugno junho czerwca czerw cervna jun",
    7: "juli juil julio luglio julho lipca lip cervence jul",
    8: "august aout agosto augustus sierpnia sierp srpna",
    9: "septemb setemb settemb sept set wrzesnia wrzes zari",
    10: "oktob octob octub outub ottob okt pazdziernika pazdz rijna",
    11: "novemb noviem listopada listop nov",
    12: "dezemb decemb diciem dicemb dezem grudnia grud prosince dez dic",
}
_MONTHS = {word: month for month, words in _BEGINNINGS.items() for word in words.split()}
_LONGEST = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATE = re.compile(
    r"(?<!\d)(\d{1,2})(?:\.|er|º|°)? ?(?:de |d'|di |del )?"
    rf"(?<![a-z])({_LONGEST})[a-z]*\.?,? ?(?:de |del )?(\d{{4}})(?!\d)"
)


def in_digits(text: str) -> str:
    """Returns `text`, folded, with days such as "12. März 2019" as D/M/Y; unchanged where it has none."""
    folded = fold(text)
    changed = _DATE.sub(lambda match: f"{match[1]}/{_MONTHS[match[2]]}/{match[3]}", folded)
    return changed if changed != folded else text
