"""Names compare across orders, scripts, titles and spellings; what is not told is not claimed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.evidence.keys import person_keys
from schedulerx.evidence.names import clean_name, initial_keys, is_whole, name_key
from schedulerx.evidence.sharing import shared_by_people
from schedulerx.evidence.spellings import spellings
from schedulerx.model.event import Actor


def test_names_compare_without_case_accents_and_order() -> None:
    assert name_key("Atzler, Balthasar") == name_key("balthasar ATZLER")
    assert name_key("José Núñez") == name_key("Jose Nunez")
    assert name_key("Carl Smith") != name_key("Karl Smith")


def test_an_initial_stands_for_a_name() -> None:
    assert name_key("K. Albers") in initial_keys(name_key("Konstantinos Albers"))


def test_a_name_of_hundreds_of_words_is_abbreviated_by_nobody() -> None:
    assert len(initial_keys(name_key("ab " * 200))) == 200
    assert initial_keys(name_key("ab " * 201)) == ()


def test_names_lose_quotes_and_spaces_and_may_be_empty() -> None:
    assert clean_name("  'Ada   Lovelace' ") == "Ada Lovelace"
    assert clean_name(' "" ') is None


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("Юлия Петрова", "Yuliya Petrova"),
        ("Петрова Юлия", "Yuliya Petrova"),
        ("ЮЛИЯ ПЕТРОВА", "yuliya petrova"),
        ("г-жа Юлия Петрова", "Yuliya Petrova"),
        ("Д-р Михаил Жуков", "Dr. Mikhail Zhukov"),
        ("Ольга Соловьёва", "Olga Soloveva"),
        ("Ђорђе Јовановић", "Djordje Jovanović"),
        ("Γιώργος Παπαδόπουλος", "Giorgos Papadopoulos"),
        ("Χρήστος Αγγελόπουλος", "Christos Angelopoulos"),
        ("Հայկ Պետրոսյան", "Hayk Petrosyan"),
        ("გიორგი ბერიძე", "Giorgi Beridze"),
        ("ナガタ ハナコ", "Nagata Hanako"),
        ("Ю. Петрова", "Y. Petrova"),
    ],
)
def test_scripts_that_spell_a_name_give_its_latin_key(name: str, latin: str) -> None:
    assert name_key(name) == name_key(latin)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("محمد العلي", "مُحَمَّد العَلِي"),
        ("السيد محمد العلي", "محمد العلي"),
        ("فاطمة الزهراء", "فاطمه الزهراء"),
        ("علی رضایی", "علي رضايي"),
        ("אברהם לוי", "לוי אברהם"),
        ('ד"ר אברהם לוי', "אברהם לוי"),
        ("王小明", "王 小明"),
        ("王小明先生", "王小明"),
        ("田中太郎さん", "田中 太郎"),
        ("김철수 씨", "김철수"),
        ("김 철수", "김철수"),
    ],
)
def test_a_name_is_the_same_in_the_forms_of_its_own_script(name: str, other: str) -> None:
    assert name_key(name) == name_key(other)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("محمد العلي", "Mohammed Al-Ali"),
        ("אברהם לוי", "Avraham Levi"),
        ("田中太郎", "Tanaka Taro"),
        ("Юлия Петрова", "Юлиан Петров"),
        ("王小明", "王大明"),
        ("Юлия Петрова", "Julia Petrova"),
    ],
)
def test_what_no_letter_tells_is_not_claimed(name: str, other: str) -> None:
    assert name_key(name) != name_key(other)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Юлия Петрова", "Julia Petrova"),
        ("Юлия Петрова", "Iuliia Petrova"),
        ("Юлия Петрова", "Yulia Petrova"),
        ("Julia Petrova", "Юлия Петрова"),
        ("Дмитрий Щербаков", "Dmitry Shcherbakov"),
        ("Дмитрий Смирнов", "Dmitrii Smirnoff"),
        ("Алексей Зайцев", "Alexei Zaitsev"),
        ("王小明", "Wang Xiaoming"),
        ("王小明", "Xiao Ming Wang"),
        ("김철수", "Kim Cheol-su"),
        ("이영희", "Lee Yeonghui"),
    ],
)
def test_other_spellings_fit(name: str, other: str) -> None:
    assert name_key(other) in spellings(name_key(name))


@pytest.mark.parametrize("name", ["Carl Smith", "Anna Berg", "Peter Moore", "Юля", "李"])
def test_names_that_were_not_carried_over_have_one_spelling(name: str) -> None:
    assert spellings(name_key(name)) == ()


def test_another_spelling_is_weaker_than_the_name_itself() -> None:
    keys = person_keys(Actor(role="contact", name="Юлия Петрова"))
    assert keys.strong == ()
    assert keys.weak == "name:petrova yuliya"
    assert "name:julia petrova" in keys.cuts


def test_one_person_in_three_spellings_shares_her_number_with_nobody() -> None:
    names = ["Юлия Петрова", "Julia Petrova", "Iuliia Petrova"]
    besides = [(name_key(name), f"email:{place}@example.org") for place, name in enumerate(names)]
    assert shared_by_people("phone:+79161234567", besides) is None
    others = ["Anna Berg", "Carl Smith", "Юлия Петрова"]
    besides = [(name_key(name), f"email:{place}@example.org") for place, name in enumerate(others)]
    assert shared_by_people("phone:+79161234567", besides) is not None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Юлия Петрова", True),
        ("Юлия", False),
        ("Ю. Петрова", False),
        ("王小明", True),
        ("田中", False),
        ("김철수", True),
    ],
)
def test_a_full_name_is_told_in_every_script(name: str, expected: bool) -> None:  # noqa: FBT001
    assert is_whole(name_key(name)) is expected


NAMES = st.text(
    st.sampled_from("abcxyzjkhtsuiюляжхцщйёьἀλφουγمحمد王明김철さんナー .,-'\"éß"), max_size=16
)


@given(NAMES)
def test_a_key_is_the_key_of_itself(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name)


@given(st.lists(NAMES, min_size=1, max_size=3))
def test_the_order_of_parted_words_is_nothing(words: list[str]) -> None:
    assert sorted(name_key(", ".join(words)).split(" ")) == sorted(
        name_key(", ".join(reversed(words))).split(" ")
    )


@given(st.text())
def test_any_text_has_a_key_and_few_spellings(text: str) -> None:
    forms = spellings(name_key(text))
    assert len(forms) == len(set(forms)) <= 16
    assert name_key(text) not in forms


MOBILE = "phone:+79161234567"


def shared_by(*names: str) -> str | None:
    """Why a number is shared that these names bear, each with an address of their own."""
    return shared_by_people(
        MOBILE, [(name, f"email:{at}@example.org") for at, name in enumerate(names)]
    )


@given(NAMES, NAMES)
def test_a_name_and_another_spelling_of_it_are_not_two_people(first: str, last: str) -> None:
    name = f"{first} {last}"
    assert [shared_by(name, other) for other in spellings(name_key(name))] == [None] * len(
        spellings(name_key(name))
    )


@pytest.mark.parametrize(
    ("name", "abroad"),
    [
        ("Михаил Горбачёв", "Michail Gorbatschow"),
        ("Александр Цветков", "Alexander Zwetkow"),
        ("Максим Щербаков", "Maxim Schtscherbakow"),
        ("Жанна Чехова", "Zanna Tschechowa"),
        ("محمد علي", "Mohammed Ali"),
        ("王小明", "Wang Xiaoming"),
        ("김철수", "Kim Chul-soo"),
    ],
)
def test_one_person_written_in_two_languages_is_not_two(name: str, abroad: str) -> None:
    assert shared_by(name, abroad) is None


@pytest.mark.parametrize(
    ("name", "other"),
    [("Anna Berg", "Carl Smith"), ("محمد علي", "أحمد حسن"), ("王小明", "李小红")],
)
def test_two_unlike_names_of_one_script_are_two_people(name: str, other: str) -> None:
    assert shared_by(name, other) is not None
