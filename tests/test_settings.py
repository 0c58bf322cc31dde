"""Settings that cannot be meant are refused, each in one sentence that says where."""

from __future__ import annotations

import argparse
import json

import msgspec
import pytest

from schedulerx import cli
from schedulerx.settings import ProcessingSettings, SettingsError, processing_settings


def refused(text: str) -> str:
    """The sentence."""
    with pytest.raises(SettingsError) as caught:
        processing_settings({"SCHEDULERX_SETTINGS": text})
    sentence = str(caught.value)
    assert sentence.startswith("SCHEDULERX_SETTINGS")
    assert "\n" not in sentence
    return sentence


def test_without_settings_the_defaults_hold() -> None:
    assert processing_settings({}) == ProcessingSettings()


def test_the_defaults_written_out_are_accepted() -> None:
    written = msgspec.json.encode(ProcessingSettings()).decode()
    assert processing_settings({"SCHEDULERX_SETTINGS": written}) == ProcessingSettings()


@pytest.mark.parametrize("text", ["{bad", '{"limit_s": 5', "nothing"])
def test_text_that_is_not_json_is_told(text: str) -> None:
    assert "is not JSON" in refused(text)


def test_where_the_json_breaks_is_told() -> None:
    assert "byte 1" in refused("{bad")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (
            {"read": {"ocr_engin": "none"}},
            "no setting read.ocr_engin; read has ocr_engine, ocr_languages, ocr_dpi",
        ),
        ({"reed": {}}, "no setting reed; the object has source, limit_s"),
        ({"describe": {"x": 1}}, "no setting describe.x; describe has nothing to set"),
        (
            {"render": {"renditions": [{"name": "web", "size": 9, "sice": 1}]}},
            "no setting render.renditions.sice; render.renditions has name, size, width",
        ),
    ],
)
def test_a_name_that_is_no_setting_is_told_with_those_there_are(given: object, says: str) -> None:
    assert says in refused(json.dumps(given))


def rendition(**wanted: object) -> dict[str, object]:
    """Settings with one rendition."""
    return {"render": {"renditions": [{"name": "web", **wanted}]}}


def test_renditions_of_every_kind_are_accepted() -> None:
    for wanted in (
        rendition(size=9),
        rendition(width=9),
        rendition(),
        rendition(width=9, height=5, fit="crop", focus=[0.5, 0], format="avif", max_bytes=9000),
        rendition(size=9, fit="pad", colour="#00000000", format="png", enlarge=True),
        rendition(width=9, fit="pad", aspect=[0.8, 1.91], metadata="keep_without_location"),
    ):
        given = json.dumps(wanted)
        assert len(processing_settings({"SCHEDULERX_SETTINGS": given}).render.renditions) == 1


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ([], "expected `object`, got `array`"),
        ({"limit_s": "long"}, "limit_s: expected `float`, got `str`"),
        ({"limit_s": 0}, "limit_s: expected `float` > 0"),
        ({"validate": {"max_bytes": -1}}, "validate.max_bytes: expected `int` >= 1"),
        ({"read": {"ocr_dpi": 0}}, "read.ocr_dpi: expected `int` >= 36"),
        ({"read": {"ocr_engine": "quill"}}, "read.ocr_engine: expected `str` matching regex"),
        ({"render": {"renditions": [{"name": "web", "size": 0}]}}, "size: expected `int` >= 1"),
        ({"render": {"renditions": [{"name": "../web", "size": 9}]}}, "name: expected `str` match"),
        ({"render": {"renditions": [{"name": "a", "size": 9}] * 2}}, "have the same name"),
        (rendition(size=9, width=9), "rendition web: size is a square box"),
        (rendition(fit="crop", width=9), "rendition web: fit is crop; give width and height"),
        (rendition(fit="pad"), "rendition web: fit is pad; give width and height"),
        (rendition(size=9, focus=[0, 1]), "rendition web: focus has no meaning where fit is"),
        (rendition(size=9, enlarge=True), "rendition web: enlarge has no meaning where fit is"),
        (rendition(aspect=[1, 2]), "rendition web: aspect has no meaning where fit is inside"),
        (rendition(fit="crop", aspect=[2, 1]), "rendition web: aspect is [2.0, 1.0]; write the"),
        (rendition(fit="pad", aspect=[1, 2], enlarge=True), "rendition web: an aspect gives a"),
        (rendition(size=9, colour="#00000000"), "is transparent, and JPEG is not"),
        (rendition(size=9, colour="#000000", format="png"), "colour is seen around a padded"),
        (rendition(size=9, format="bmp"), "format: expected `str` matching regex"),
        (rendition(size=9, max_bytes=0), "max_bytes: expected `int` >= 1"),
        ({"generate_events": {"region": "us"}}, "generate_events.region: expected `str` match"),
        ({"limit_s": 300}, "read.ocr_seconds is 400, limit_s 300"),
    ],
)
def test_a_value_that_cannot_be_meant_is_told(given: object, says: str) -> None:
    assert says.lower() in refused(json.dumps(given)).lower()


def test_without_recognition_its_time_does_not_matter() -> None:
    given = json.dumps({"limit_s": 300, "read": {"ocr_engine": "none"}})
    assert processing_settings({"SCHEDULERX_SETTINGS": given}).limit_s == 300


def test_settings_a_run_of_another_version_stored_are_read() -> None:
    stored = b'{"read": {"ocr_dpi": 300, "gone": 1}, "gone": {}}'
    assert msgspec.json.decode(stored, type=ProcessingSettings).read.ocr_dpi == 300


def test_a_command_says_it_in_one_line_and_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    def command(_: argparse.Namespace) -> int:
        processing_settings({"SCHEDULERX_SETTINGS": "{bad"})
        return 0

    assert cli.run(argparse.Namespace(func=command)) == 2
    told = capsys.readouterr().err
    assert told.startswith("error: SCHEDULERX_SETTINGS is not JSON: ")
    assert told.count("\n") == 1
