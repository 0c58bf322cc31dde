"""The commands about posts, over a folder of the test's own."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest
from PIL import Image

from schedulerx.cloud.platforms.mastodon import MastodonStandIn
from schedulerx.cloud.platforms.serving import serving
from schedulerx.errors import ExitCode
from tests.commands.post_commands import Command, Told, added, with_account


@pytest.fixture(autouse=True)
def account(command: Command) -> None:
    """The account that posts here are for."""
    with_account(command)


def test_an_account_is_listed_and_its_secret_never(command: Command) -> None:
    _, out, _ = command("accounts", "list")
    assert "coast" in out
    assert "hush" not in out


def test_a_paused_account_is_told_when_a_post_is_written(command: Command) -> None:
    command("accounts", "pause", "coast")
    _, _, err = command("posts", "add", "--account", "coast", "--text", "x", "--dry_run")
    assert "coast is paused" in err
    command("accounts", "resume", "coast")


def test_every_problem_of_a_post_is_told_and_nothing_stored(command: Command) -> None:
    code, out, err = command(
        "posts", "add", "--account", "coast", "--account", "nobody", "--text", "x" * 301,
        "--at", "2030-03-31 02:30", "--zone", "Europe/Berlin",
    )  # fmt: skip
    assert code == ExitCode.USAGE
    assert [words in err for words in ("nobody", "does not exist")] == [True, True]
    assert out == ""


def test_a_text_too_long_is_told_with_the_limit(command: Command) -> None:
    _, _, err = command("posts", "add", "--account", "coast", "--text", "x" * 301)
    assert "coast: the text has 301 characters, Bluesky takes 300" in err


def test_a_post_is_listed_in_its_zone(command: Command) -> None:
    post = added(
        command, "--text", "in zones", "--at", "2030-07-01 15:00", "--zone", "Europe/Paris"
    )
    _, out, _ = command("posts", "list", "--limit", "1000")
    assert re.search(rf"{post[:8]} +2030-07-01 15:00 +Europe/Paris +pending +coast", out)


def test_a_picture_that_is_too_heavy_is_converted_not_refused(
    command: Command, tmp_path: Path
) -> None:
    path = tmp_path / "a.png"
    Image.effect_noise((1500, 1500), 90).convert("RGB").save(path)
    assert path.stat().st_size > 1_000_000
    added(command, "--text", "heavy", "--media", str(path), "--at", "2030-07-01 15:00")


def test_a_moved_post_goes_out_at_its_new_time(command: Command) -> None:
    post = added(command, "--text", "moved", "--at", "2030-07-01 15:00")
    assert command("posts", "move", post[:8], "--at", "2030-07-02 16:00")[0] == 0
    assert "2030-07-02 16:00" in command("posts", "show", post)[1]


def test_an_edited_post_says_what_is_new(command: Command) -> None:
    post = added(command, "--text", "old words", "--at", "2030-07-01 15:00")
    assert command("posts", "edit", post, "--text", "new words")[0] == 0
    assert "text: new words" in command("posts", "show", post)[1]


def test_an_id_that_is_none_names_the_list(command: Command) -> None:
    code, _, err = command("posts", "show", "ffffffff")
    assert code == ExitCode.USAGE
    assert "posts list" in err


def test_a_platform_out_of_reach_leaves_the_post_waiting(command: Command) -> None:
    post = added(command, "--text", "out of reach")
    _, out, err = command("posts", "run_due", "--patience", "0")
    assert f"{post[:8]} on coast" in err
    assert "cannot be reached" in err
    assert out == "1 left for the next run\n"
    _, out, _ = command("posts", "show", post)
    assert "pending" in out
    assert "cannot be reached" in out
    command("posts", "cancel", post)


def test_a_dry_run_of_an_import_tells_problems_by_row(command: Command, tmp_path: Path) -> None:
    plan = tmp_path / "plan.csv"
    plan.write_text(
        "id,accounts,text,at,zone,media\n"
        "1,coast,fine,2030-01-01 10:00,Europe/Paris,\n"
        "2,coast|moon,x,2030-13-01,Europe/Paris,nope.png\n"
    )
    code, _, err = command("posts", "import", str(plan), "--dry_run")
    assert code == ExitCode.USAGE
    assert {line.partition(":")[0] for line in err.splitlines()} == {
        "row 3", "1 row has problems; nothing was stored",
    }  # fmt: skip


def test_importing_a_file_twice_schedules_its_posts_once(command: Command, tmp_path: Path) -> None:
    plan = tmp_path / "plan.ndjson"
    plan.write_text('{"accounts": ["coast"], "text": "=1+1", "at": "2031-01-01 10:00"}\n')
    for _ in range(2):
        assert command("posts", "import", str(plan))[0] == 0
    _, out, _ = command("posts", "export")
    assert out.count("'=1+1") == 1  # and no spreadsheet takes it for a formula


def test_what_is_there_already_may_be_past_when_a_plan_is_read_again(
    command: Command, tmp_path: Path
) -> None:
    plan = tmp_path / "plan.csv"
    row = "weekly,coast,the week,{}\n"
    plan.write_text("id,accounts,text,at\n" + row.format("2031-01-01 10:00"))
    command("posts", "import", str(plan))
    plan.write_text("id,accounts,text,at\n" + row.format("2001-01-01 10:00"))
    code, out, err = command("posts", "import", str(plan))
    assert (code, out) == (ExitCode.BALANCED, "0 posts: scheduled\n")
    assert "1 are there already" in err


def test_a_plan_of_a_spreadsheet_that_writes_semicolons_is_read(
    command: Command, tmp_path: Path
) -> None:
    plan = tmp_path / "plan.csv"
    plan.write_text(
        '\ufeffaccounts;text;at\r\n"coast";"one;\ntwo";2031-01-02 10:00\r\n;;\r\ncoast;a;b;c\r\n',
        "utf-8",
    )
    code, _, err = command("posts", "import", str(plan), "--dry_run")
    assert code == ExitCode.USAGE
    assert err.startswith("row 4: it has 4 fields and the header 3; put a text")


def test_two_rows_of_one_id_are_a_problem_and_two_alike_are_one_post(
    command: Command, tmp_path: Path
) -> None:
    plan = tmp_path / "plan.csv"
    plan.write_text("id,accounts,text,at\n" + "twin,coast,twins,2031-01-02 10:00\n" * 2)
    assert "row 3: it has the id of row 2, twin" in command("posts", "import", str(plan))[2]
    plan.write_text("accounts,text,at\n" + "coast,twins,2031-01-02 10:00\n" * 2)
    _, out, err = command("posts", "import", str(plan))
    assert out == "1 post: scheduled\n"
    assert "1 rows say the same as another" in err


def test_an_exported_plan_is_read_again_and_adds_nothing(command: Command, tmp_path: Path) -> None:
    picture = tmp_path / "sea.png"
    Image.new("RGB", (400, 400), "navy").save(picture)
    post = added(
        command, "--text", "the sea", "--at", "2031-06-01 09:00", "--zone", "Europe/Paris",
        "--media", str(picture), "--alt", "blue", "--recurrence", "FREQ=DAILY;COUNT=3",
        "--text_for", "x=short",
    )  # fmt: skip
    assert command("posts", "export", "--plan", str(tmp_path / "out"))[0] == ExitCode.BALANCED
    plan = tmp_path / "out" / "plan.ndjson"
    rows = {row["id"]: row for row in map(json.loads, plan.read_text().splitlines())}
    assert rows[post]["at"] == "2031-06-01T09:00:00+02:00"
    assert (tmp_path / "out" / rows[post]["media"][0]).read_bytes() == picture.read_bytes()
    _, out, err = command("posts", "import", str(plan))
    assert out == "0 posts: scheduled\n"
    assert f"{len(rows)} are there already" in err
    moved = plan.read_text().replace(post, "another")  # as another house would read it
    plan.write_text(moved)
    assert command("posts", "import", str(plan), "--dry_run")[1].startswith("1 post: no problem")


def test_health_is_told_for_machines(command: Command) -> None:
    _, out, _ = command("health", "--json")
    assert '"account":"coast"' in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("bluesky", "cliff", "--option", "langages=en"), "did you mean languages?"),
        (("mastodon", "cliff", "--option", "visibility=al"), "not public or unlisted or private"),
        (("bluesky", "cliff", "--secret", "pasword"), "did you mean password?"),
        (("bluesky", "cliff", "--server", "http://example.org"), "unencrypted"),
        (("bluesky", "cliff", "--server", "example.org"), "is no server"),
        (("bluesky", "a\x1bname"), "is no name"),
        (("mastodon", "coast"), "coast is an account on bluesky"),
        (("telegram", "cliff"), "no bot_token was given"),
    ],
)
def test_an_account_that_cannot_be_meant_is_told_with_what_to_write(
    command: Command, arguments: tuple[str, ...], words: str
) -> None:
    code, _, err = command("accounts", "add", *arguments)
    assert (code, words in err) == (ExitCode.USAGE, True), err
    assert '"cliff"' not in command("accounts", "list", "--json")[1]


def test_an_account_is_asked_for_what_its_platform_needs(command: Command) -> None:
    code, out, _ = command("accounts", "add", "telegram", "plane", stdin="a-token\n")
    assert (code, out) == (ExitCode.BALANCED, "plane on telegram is ready\n")


def test_a_servers_own_limits_are_kept_with_its_accounts(command: Command) -> None:
    def add(server: str) -> str:
        arguments = ("mastodon", "elephant", "--server", server, "--secret", "access_token")
        code, _, err = command("accounts", "add", *arguments, stdin="a-token\n")
        assert code == ExitCode.BALANCED
        return err

    def post() -> Told:
        return command("posts", "add", "--account", "elephant", "--text", "x" * 900, "--dry_run")

    stand_in = MastodonStandIn(time.time)
    stand_in.most_text = 1000
    with serving({"mastodon": stand_in}) as base:
        assert add(f"{base}/mastodon") == ""
        assert add(f"{base}/mastodon") == ""  # asked anew
    assert post()[0] == ExitCode.BALANCED
    assert "server_limits" not in command("accounts", "list")[1]
    assert "what most servers take counts for elephant" in add("http://127.0.0.1:9")
    assert "900 characters, Mastodon takes 500" in "".join(post()[1:])


def test_an_account_to_be_connected_is_told_how(command: Command) -> None:
    _, out, _ = command("accounts", "add", "pinterest", "boards", "--option", "board=Garden")
    assert "schedulerx accounts connect boards" in out


def test_an_account_that_is_changed_keeps_what_is_not_given(command: Command) -> None:
    command("accounts", "add", "bluesky", "coast", "--option", "languages=en")
    _, out, _ = command("accounts", "list", "--json")
    (coast,) = [each for each in json.loads(out) if each["name"] == "coast"]
    assert (coast["server"], coast["options"]) == ("http://127.0.0.1:9", {"languages": "en"})
    command("accounts", "add", "bluesky", "coast", "--option", "languages=")
    _, out, _ = command("accounts", "list", "--json")
    assert '"languages"' not in out


def test_posts_are_told_for_machines(command: Command) -> None:
    post_id = added(command, "--text", "for machines", "--at", "2040-01-01 10:00")
    _, out, _ = command("posts", "show", post_id, "--json")
    assert json.loads(out)["post"]["content"]["text"] == "for machines"
    _, out, _ = command("posts", "list", "--json")
    assert post_id in [each["post"]["post_id"] for each in json.loads(out)]


def test_a_list_is_as_wide_as_the_terminal_and_a_post_a_line(command: Command) -> None:
    post_id = added(command, "--text", "long " * 50, "--at", "2040-01-01 10:00")
    _, out, _ = command("posts", "list")
    assert max(map(len, out.splitlines())) <= 80
    assert f"{post_id[:8]}  2040-01-01 10:00  UTC" in out
    assert "\x1b" not in out


@pytest.mark.parametrize(
    "arguments",
    [
        ("posts", "list", "--limit", "-3"),
        ("health", "--days", "0"),
        ("posts", "run_due", "--patience", "x"),
    ],
)
def test_a_number_that_is_none_is_told(command: Command, arguments: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as ended:
        command(*arguments)
    assert ended.value.code == ExitCode.USAGE


def test_health_tells_rates_by_account_and_by_platform(command: Command) -> None:
    command("accounts", "add", "bluesky", "shore", "--server", "http://127.0.0.1:9",
            "--secret", "identifier", "--secret", "password", stdin="me\nhush\n")  # fmt: skip

    _, out, _ = command("health")

    assert re.search(r"success +errors +late p50, p99", out), out
    assert re.search(r"^all 2 +bluesky", out, re.MULTILINE)
