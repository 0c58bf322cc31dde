"""Explanations and decisions as people type them, on the results of a folder run."""

from __future__ import annotations

import json

import pytest

from schedulerx.cli import main
from schedulerx.errors import ExitCode
from tests.commands.people import ADA, BOB


def test_a_decision_is_taken_explained_listed_and_undone(
    results: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["persons", "join", ADA, BOB, "--reason", "she says so", *results]) == 0
    assert "`schedulerx persons undo 1` takes it back" in capsys.readouterr().out
    main(["explain", "person", BOB, *results])
    assert f"phone:{ADA} and phone:{BOB} were joined by hand (1.00)." in capsys.readouterr().out
    main(["explain", "person", BOB, "--json", *results])
    told = json.loads(capsys.readouterr().out)
    assert told["joins"][0]["rule"] == "by hand"
    main(["persons", "undo", "1", *results])
    main(["persons", "decisions", *results])
    assert f"phone:{ADA} is one with phone:{BOB} (undone): she says so" in capsys.readouterr().out
    assert main(["persons", "undo", "1", *results]) == ExitCode.USAGE
    assert "no decision 1 about persons to undo" in capsys.readouterr().err
