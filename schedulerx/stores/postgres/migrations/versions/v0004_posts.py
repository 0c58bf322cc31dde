"""Accounts, scheduled posts, and the ledger of their targets."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"

TABLES = """
CREATE TABLE accounts (
    account_id uuid PRIMARY KEY,
    platform text NOT NULL,
    name text NOT NULL UNIQUE,
    secret text NOT NULL,
    server text NOT NULL DEFAULT '',
    options jsonb NOT NULL DEFAULT '{}',
    paused text,
    refusals integer NOT NULL DEFAULT 0,
    expires_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN accounts.secret IS 'names the credentials, which lie elsewhere';
COMMENT ON COLUMN accounts.paused IS 'why nothing goes out by it';

CREATE TABLE scheduled_posts (
    post_id uuid PRIMARY KEY,
    state text NOT NULL DEFAULT 'pending',
    content jsonb NOT NULL,
    overrides jsonb NOT NULL DEFAULT '{}',
    media jsonb NOT NULL DEFAULT '[]',
    due_at timestamptz NOT NULL,
    zone text NOT NULL DEFAULT 'UTC',
    recurrence text,
    series_id uuid,
    revision integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL
);
CREATE INDEX scheduled_posts_due ON scheduled_posts (due_at);
COMMENT ON COLUMN scheduled_posts.state IS 'the least settled of its targets';

CREATE TABLE post_targets (
    target_id uuid PRIMARY KEY,
    post_id uuid NOT NULL REFERENCES scheduled_posts ON DELETE CASCADE,
    account_id uuid NOT NULL REFERENCES accounts,
    state text NOT NULL DEFAULT 'pending' CHECK (state IN
        ('pending', 'armed', 'sending', 'posted', 'failed', 'unknown', 'cancelled')),
    due_at timestamptz NOT NULL,
    attempt integer NOT NULL DEFAULT 0,
    retries integer NOT NULL DEFAULT 0,
    claim text,
    claimed_until timestamptz,
    handle jsonb NOT NULL DEFAULT '{}',
    answered boolean NOT NULL DEFAULT false,
    platform_id text,
    url text,
    error_code text,
    error text,
    sending_at timestamptz,
    posted_at timestamptz,
    changed_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (post_id, account_id),
    CHECK ((claim IS NOT NULL) = (state IN ('armed', 'sending')))
);
CREATE INDEX post_targets_due ON post_targets (due_at) WHERE state = 'pending';
CREATE INDEX post_targets_held ON post_targets (claimed_until) WHERE claim IS NOT NULL;
CREATE INDEX post_targets_account ON post_targets (account_id, state);

CREATE TABLE post_attempts (
    target_id uuid NOT NULL REFERENCES post_targets ON DELETE CASCADE,
    attempt integer NOT NULL,
    account_id uuid NOT NULL REFERENCES accounts,
    claim text NOT NULL,
    request_digest text NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    outcome text,
    error_code text,
    error text,
    PRIMARY KEY (target_id, attempt)
);
CREATE INDEX post_attempts_rate ON post_attempts (account_id, started_at);

CREATE TABLE post_changes (
    change_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    target_id uuid NOT NULL REFERENCES post_targets ON DELETE CASCADE,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    source text NOT NULL,
    state text NOT NULL,
    claim text,
    note text
);
CREATE INDEX post_changes_target ON post_changes (target_id, change_id);
COMMENT ON TABLE post_changes IS 'every change of a target, in order: the audit trail';
"""


def upgrade() -> None:
    """Makes the tables."""
    op.execute(TABLES)


def downgrade() -> None:
    """Drops them, and every post with them."""
    op.execute("DROP TABLE post_changes, post_attempts, post_targets, scheduled_posts, accounts")
