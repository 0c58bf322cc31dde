"""Templates put files into folders, and no file's values lead out of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.errors import ConfigurationError
from schedulerx.library.template import FIELDS, Template
from schedulerx.model.library import Item, Stored
from schedulerx.model.record import Description


def item(
    path: str = "trip/IMG_1.JPG",
    captured_at: str | None = "2019-05-04T10:20:30+02:00",
    make: str | None = "Canon",
    model: str | None = "Canon EOS 5D",
) -> Item:
    return Item(
        item_id="0" * 32,
        source="/photos",
        path=path,
        version="1-1",
        original=Stored(path=f"originals/{path}", bytes=1, sha256="ab" * 32),
        media_type="image/jpeg",
        description=Description(captured_at=captured_at, camera_make=make, camera_model=model),
    )


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{captured:%Y/%m}", "2019/05"),
        ("{captured}", "2019-05-04"),
        ("{camera}/{kind}", "Canon EOS 5D/photo"),
        ("{make}/{model}", "Canon/Canon EOS 5D"),
        ("{name}.{ext}", "IMG_1.jpg"),
        ("by {folder}", "by trip"),
        ("/{name}/", "IMG_1"),
        ("{{braces}}", "{braces}"),
    ],
)
def test_fields_become_folders(template: str, expected: str) -> None:
    assert Template(template, "T").path(item()) == expected


def test_without_a_time_a_file_is_undated() -> None:
    assert Template("{captured:%Y/%m}", "T").path(item(captured_at=None)) == "undated"


def test_without_a_camera_it_is_unknown() -> None:
    assert Template("{camera}", "T").path(item(make=None, model=None)) == "unknown"


@pytest.mark.parametrize(
    "template",
    ["{artist}", "{}", "{0}", "{captured.year}", "{camera[0]}", "{name!r}", "{name:20}",
     "{captured:%Q}",
     "{captured:%}", "{name", "name}", "", " / "],
)  # fmt: skip
def test_what_is_no_template_is_refused_with_the_fields(template: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Template(template, "LIBRARY_SORT_TEMPLATE")
    assert all(f"{{{field}}}" in str(caught.value) for field in FIELDS)
    assert "LIBRARY_SORT_TEMPLATE" in str(caught.value)


@given(st.text(max_size=60), st.text(max_size=60), st.text(min_size=1, max_size=60))
def test_hostile_values_stay_in_the_folder(make: str, model: str, name: str) -> None:
    hostile = item(path=f"x/{name.replace('/', '')}", make=make, model=model)
    path = Template("{camera}/{make}/{model}/{name}", "T").path(hostile)
    assert len(path.split("/")) <= 4
    assert not {"", ".", ".."} & set(path.split("/"))


@pytest.mark.parametrize("value", ["../../etc", "/etc/passwd", "..", "a/../../b", "C:\\x", "\0"])
def test_a_camera_named_like_a_path_is_one_folder(value: str) -> None:
    path = Template("{camera}/x", "T").path(item(make=None, model=value))
    assert len(path.split("/")) == 2
    assert path.split("/")[0] not in {"", ".", ".."}
