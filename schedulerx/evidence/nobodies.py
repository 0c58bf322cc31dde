"""Names and numbers that name nobody: what stands where a name is missing, and what somebody is to
the one who wrote it down, so that each phone has a "Mum" of its own.
"""

from __future__ import annotations

import re
from functools import lru_cache

from schedulerx.evidence.names import name_key

_MISSING = (
    "unknown", "unknown caller", "unknown number", "unknown name", "private", "private number",
    "private caller", "anonymous", "withheld", "number withheld", "withheld number", "hidden",
    "hidden number", "restricted", "unavailable", "blocked", "no name", "no caller id",
    "no number", "caller id", "none", "null", "undefined", "n/a", "unbekannt",
    "unbekannter anrufer", "unbekannte nummer", "unbekannter teilnehmer", "privat", "anonym",
    "unterdrückt", "nummer unterdrückt", "inconnu", "numéro inconnu", "numéro masqué", "privé",
    "masqué", "anonyme", "desconocido", "número desconocido", "número oculto", "privado",
    "oculto", "anónimo", "sconosciuto", "numero sconosciuto", "privato", "anonimo", "onbekend",
    "anoniem", "desconhecido", "nieznany", "numer prywatny", "okänd", "ukendt", "ukjent",
    "neznámý", "bilinmeyen", "bilinmeyen numara", "неизвестно", "неизвестный",
    "неизвестный номер", "номер скрыт", "אנונימי", "חסוי", "مجهول", "未知", "匿名",
)  # fmt: skip
_OURSELVES = (
    "me", "myself", "you", "self", "owner", "ich", "du", "moi", "toi", "yo", "tú", "usted", "io",
    "eu", "ik", "jag", "я", "вы", "voicemail", "voice mail", "mailbox", "mobilbox",
)  # fmt: skip
_TO_SOMEBODY = (
    "mum", "mummy", "mom", "mommy", "mam", "mama", "mamma", "maman", "mutti", "mutter", "mother",
    "dad", "daddy", "papa", "papà", "papi", "pappa", "babbo", "vati", "vater", "father", "madre",
    "padre", "mamá", "papá", "mãe", "pai", "mamo", "tata", "mère", "père", "grandma", "granny",
    "grandpa", "granddad", "oma", "opa", "nonna", "nonno", "abuela", "abuelo", "brother",
    "bruder", "frère", "hermano", "hermana", "sister", "schwester", "sœur", "wife", "husband",
    "hubby", "son", "daughter", "sohn", "tochter", "schatz", "babe", "boss", "chef", "home", "work",
    "office", "zuhause", "arbeit", "büro", "maison", "casa", "travail", "trabajo", "lavoro",
    "мама", "мамочка", "папа", "бабушка", "дедушка", "брат", "сестра", "шеф", "дом", "работа",
    "妈妈", "媽媽", "爸爸", "老婆", "老公", "母", "父", "엄마", "아빠", "أمي", "أبي", "ماما",
    "بابا", "אמא", "אבא",
)  # fmt: skip
# Words of names that no person has, beside others: of companies and of places to be reached at.
_OF_COMPANIES = frozenset(
    {"ag", "bank", "bv", "co", "company", "corp", "corporation", "eg", "ev", "gbr", "gmbh", "group",
     "inc", "kg", "limited", "llc", "llp", "ltd", "mbh", "nv", "ohg", "oy", "plc", "praxis", "sa",
     "sarl", "service", "services", "shop", "spa", "srl", "team", "ug",
     "buero", "buro", "festnetz", "handy", "home", "mobil", "mobile", "office", "privat",
     "private", "work", "zentrale"}
)  # fmt: skip
# What fills a column of numbers where none is known: one digit over and over, or all in their row.
_FILLED = re.compile(r"\d{0,3}?(?:(\d)\1{6,}|1234567890?)|0?1234567(?:8(?:90?)?)?")


@lru_cache(maxsize=1)
def _nobodies() -> frozenset[str]:
    return frozenset(map(name_key, (*_MISSING, *_OURSELVES, *_TO_SOMEBODY)))


def is_nobodys_name(key: str) -> bool:
    """Whether a name key is no name of anybody's."""
    return key in _nobodies()


def names_somebody(written: str) -> bool:
    """Whether a name as it is written is anybody's."""
    return not is_nobodys_name(name_key(written))


def may_be_a_company(key: str) -> bool:
    """Whether a name key has a word that names of persons lack."""
    return not _OF_COMPANIES.isdisjoint(key.split(" "))


def is_filled_in(digits: str) -> bool:
    """Whether a telephone number was typed in place of one: 0000000000, +49 1234567890."""
    return _FILLED.fullmatch(digits) is not None
