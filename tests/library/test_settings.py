"""The toggles to the letter, and what is told where one cannot be meant."""

from __future__ import annotations

import pytest

from schedulerx.errors import ConfigurationError
from schedulerx.library.settings import LIBRARY_TOGGLES, library_settings, library_toggles


def test_the_toggles_are_those_users_type() -> None:
    assert set(LIBRARY_TOGGLES) == {
        "ENABLE_ICLOUD_DOWNLOAD",
        "ENABLE_DEDUPLICATION",
        "ENABLE_COMPRESSION",
        "ENABLE_ICLOUD_UPLOAD",
        "ENABLE_PIXEL_UPLOAD",
        "ENABLE_SORTING",
        "ENABLE_VERIFICATION",
    }


@pytest.mark.parametrize("value", ["true", "True", "1", "yes", " ON "])
def test_on_is_written_in_many_ways(value: str) -> None:
    assert library_toggles({"ENABLE_PIXEL_UPLOAD": value})["ENABLE_PIXEL_UPLOAD"]


@pytest.mark.parametrize("value", ["false", "FALSE", "0", "no", "off", ""])
def test_off_is_written_in_many_ways(value: str) -> None:
    assert not library_toggles({"ENABLE_SORTING": value})["ENABLE_SORTING"]


@pytest.mark.parametrize("name", sorted(LIBRARY_TOGGLES))
def test_what_is_neither_is_refused(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"{name} is 'perhaps'; set it to true or false"):
        library_settings({name: "perhaps"})


@pytest.mark.parametrize(
    ("toggle", "setting"),
    [
        ("ENABLE_ICLOUD_UPLOAD", "ICLOUD_UPLOAD_TARGET"),
        ("ENABLE_PIXEL_UPLOAD", "PIXEL_UPLOAD_TARGET"),
    ],
)
def test_an_enabled_target_needs_its_place(toggle: str, setting: str) -> None:
    with pytest.raises(ConfigurationError, match=f"{toggle} is on.*set {setting} to"):
        library_settings({toggle: "true"})
    assert library_settings({toggle: "true", setting: "/card"}).targets == ("/card",)
    assert library_settings({setting: "/card"}).targets == ()


def test_icloud_download_says_what_to_do_instead() -> None:
    with pytest.raises(ConfigurationError, match=r"ENABLE_ICLOUD_DOWNLOAD.*set it to false"):
        library_settings({"ENABLE_ICLOUD_DOWNLOAD": "true"})


@pytest.mark.parametrize("value", ["0", "101", "-1", "eighty", "8²"])
def test_a_quality_out_of_range_is_refused(value: str) -> None:
    with pytest.raises(ConfigurationError, match=r"LIBRARY_QUALITY.*from 1 to 100"):
        library_settings({"LIBRARY_QUALITY": value})


def test_targets_named_twice_are_one() -> None:
    env = {"LIBRARY_UPLOAD_TARGET": "/card"}
    assert library_settings(env, ("/card", "s3://b/p")).targets == ("/card", "s3://b/p")
