"""Names of months, weekdays and time zones in the languages of exports, folded."""

from __future__ import annotations

import datetime as dt
import unicodedata

from schedulerx.formats.zone_names import ZONE_HOURS

# English, German, French, Spanish, Italian, Portuguese, Dutch, Polish, Czech, the Nordic
# languages, Turkish, Russian; in the form that stands in dates. Folded as by `fold`.
_MONTHS = (
    (
        "jan januar january jänner jän janv janvier ene enero gen gennaio janeiro januari ledna "
        "sty stycznia января ocak"
    ),
    (
        "feb februar february fév févr février febrero febbraio fev fevereiro februari února lut "
        "lutego февраля şubat"
    ),
    "mar mär mrz märz march mars marzo março maart mrt marts března marca марта mart",
    "apr april avr avril abr abril aprile kwi kwietnia dubna апреля nisan",
    "may mai mayo mag maggio maio mei maj maja května мая mayis",
    "jun juni june juin junio giu giugno junho cze czerwca června июня haziran",
    "jul juli july juil juillet julio lug luglio julho lip lipca července июля temmuz",
    "aug august août aou aout ago agosto augustus augusti sie sierpnia srpna августа ağustos",
    (
        "sep sept september septembre septiembre set settembre setembro wrz września září сентября "
        "eylül"
    ),
    (
        "oct okt oktober october octobre octubre ott ottobre out outubro paź października října "
        "октября ekim"
    ),
    "nov november novembre noviembre novembro lis listopada listopadu ноября kasim",
    (
        "dec dez dezember december déc décembre dic diciembre dicembre dezembro desember gru "
        "grudnia prosince декабря aralik"
    ),
)
_WEEKDAYS = (
    "mon monday mo montag lun lundi lunes lunedì seg segunda maandag",
    "tue tues tuesday di dienstag mar mardi martes martedì ter terça dinsdag",
    "wed wednesday mi mittwoch mer mercredi mié miércoles mercoledì qua quarta wo woensdag",
    "thu thur thurs thursday do donnerstag jeu jeudi jue jueves gio giovedì qui quinta donderdag",
    "fri friday fr freitag ven vendredi vie viernes venerdì sex sexta vr vrijdag",
    "sat saturday sa samstag sonnabend sam samedi sáb sábado sabato za zaterdag",
    "sun sunday so sonntag dim dimanche dom domingo domenica zo zondag",
)


def fold(text: str) -> str:
    """Lower case without accents."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("\u0131", "i"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


MONTHS = {
    fold(name): number for number, names in enumerate(_MONTHS, 1) for name in names.split(" ")
}
WEEKDAYS = {fold(name): day for day, names in enumerate(_WEEKDAYS) for name in names.split(" ")}
ZONES = {name: dt.timezone(dt.timedelta(hours=hours)) if hours else dt.UTC
         for name, hours in ZONE_HOURS.items()}  # fmt: skip
