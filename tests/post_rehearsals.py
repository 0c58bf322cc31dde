"""Posts in a rehearsal whose clock is moved: the ledger's time with the schedules'."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, LiteralString, TypeVar

import psycopg

from tests.folder_runs import ROOT
from tests.rehearsals import Cloud

PHOTO = next((ROOT / "samples" / "files" / "photos").rglob("*.jpg"))
# The sweep comes once in the hour that `pass_an_hour` lets pass.
HOURLY_SWEEP = ("-c", "sweep_minutes=60")
SETTLED = {"posted", "failed", "unknown"}
T = TypeVar("T")

_EARLIER: tuple[LiteralString, ...] = (
    "UPDATE scheduled_posts SET due_at = due_at - %(by)s, series_start = series_start - %(by)s",
    "UPDATE post_targets SET due_at = due_at - %(by)s, sending_at = sending_at - %(by)s",
    "UPDATE post_targets SET claimed_until = claimed_until - %(by)s",
)


class PostsCloud(Cloud):
    """A cloud with the stack, and what people type about posts.

    Functions go by the wall's clock, schedules by one that is ahead of it by the hours that
    passed: a post is scheduled an hour ahead of that, and when its time comes the ledger moves
    back by as much.
    """

    hours = 0  # that passed

    def schedulerx(
        self, *arguments: str, secrets: tuple[str, ...] = ()
    ) -> subprocess.CompletedProcess[str]:
        """`schedulerx ARGUMENTS --stack SchedulerX`, credentials on standard input."""
        done = subprocess.run(
            [sys.executable, "-m", "schedulerx.cli", *arguments, "--stack", "SchedulerX"],
            cwd=ROOT, env=self.variables, input="".join(f"{each}\n" for each in secrets),
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done

    def scheduled(self, account: str, *more: str, text: str = "Low tide at nine") -> str:
        """A post that is due when the next hour has passed; its id."""
        at = datetime.now(UTC) + timedelta(hours=self.hours + 1)
        done = self.schedulerx(
            "posts", "add", "--account", account, "--text", text,
            "--at", f"{at:%Y-%m-%d %H:%M:%S}", *more,
        )  # fmt: skip
        return done.stdout.split()[0]

    def pass_an_hour(self) -> list[str]:
        """The schedules that fired."""
        self.hours += 1
        self.execute(*_EARLIER, by=timedelta(hours=self.hours))
        ahead = datetime.now(UTC) + timedelta(hours=self.hours)
        known = datetime.fromisoformat(self._clock()["now"])
        fired = self._clock(advance_seconds=(ahead - known).total_seconds())["fired"]
        return [each["name"] for each in fired]

    def execute(self, *statements: LiteralString, **values: object) -> None:
        """Statements in the stack's database."""
        secret = self.client("secretsmanager").get_secret_value(
            SecretId="schedulerx/rehearsal-database"
        )
        given = json.loads(secret["SecretString"])
        with psycopg.connect(
            host=given["host"], port=given["port"], user=given["username"],
            password=given["password"], dbname=given["dbname"],
        ) as connection:  # fmt: skip
            connection.execute("SET search_path TO schedulerx, public")
            for statement in statements:
                connection.execute(statement, values)

    def _clock(self, **moved: float) -> dict[str, Any]:
        url = f"{self.variables['AWS_ENDPOINT_URL']}/_rehearsal/clock"
        data = json.dumps(moved).encode() if moved else None
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(url, data=data) as answer:
            told: dict[str, Any] = json.loads(answer.read())
        return told

    def row(self, post: str) -> dict[str, Any]:
        """What the ledger says of a post on its one account."""
        done = self.schedulerx("posts", "export", "--format", "ndjson")
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        (row,) = [row for row in rows if row["post_id"] == post]
        return dict(row)

    def settled(self, post: str) -> str:
        """Its state once it has one that stays."""

        def look() -> str | None:
            found = str(self.row(post)["state"])
            return found if found in SETTLED else None

        return until(look, self.logs)

    def logs(self, *functions: str) -> str:
        """All that functions, and tasks, printed; of these alone where some are named."""
        files = sorted((self.state / "logs").glob("*/*.log"))
        named = [each for each in files if any(name in each.name for name in functions or [""])]
        return "\n".join(path.read_text() for path in named)

    def measured(self, name: str, **dimensions: str) -> list[float]:
        """The values of a metric, as functions wrote them to their logs for CloudWatch."""
        found: list[float] = []
        for line in self.logs("Publish", "Sweep").splitlines():
            if line.startswith("{") and '"_aws"' in line and f'"{name}"' in line:
                row = json.loads(line)
                if all(row.get(key) == value for key, value in dimensions.items()):
                    found += row[name] if isinstance(row[name], list) else [row[name]]
        return found


@contextmanager
def posts_cloud(folder: Path, *contexts: str) -> Iterator[PostsCloud]:
    """The cloud, on a clock that is moved, with the stack deployed."""
    running = PostsCloud(folder / "state", "--clock", "virtual")
    try:
        running.deploy(*HOURLY_SWEEP, *contexts)
        yield running
    finally:
        running.end()


def until(look: Callable[[], T | None], what: Callable[[], str], seconds: float = 480) -> T:
    """Looks from outside, as a user would, until there is something."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError(what())
