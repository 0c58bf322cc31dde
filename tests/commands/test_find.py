"""Finding somebody by what one knows of them, on the results of a folder run."""

from __future__ import annotations

import pytest

from schedulerx.cli import main
from schedulerx.errors import ExitCode
from tests.commands.people import ADA, BOB


def test_a_name_a_number_and_nothing_are_looked_for(
    results: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["find", "byron", *results]) == 0
    by_name = capsys.readouterr().out
    assert f"Ada Byron, {ADA}" in by_name
    assert "people.csv" in by_name
    assert BOB not in by_name
    main(["find", "+1 (212) 555-0133", *results])
    assert f"Ada Byron, {ADA}" in capsys.readouterr().out
    main(["find", "5550133", "--limit", "1", *results])
    assert "Persons (2)" in capsys.readouterr().out
    main(["find", "nobody", *results])
    assert capsys.readouterr().out == "nothing bears these words\n"
    assert main(["find", " ", *results]) == ExitCode.USAGE
