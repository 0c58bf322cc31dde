"""Traces that tell of calls to AWS, and of nothing else."""

from __future__ import annotations

from aws_lambda_powertools import Tracer

# Left to itself the tracer wraps every library it knows: it would write down the whole path of each
# HTTP request, in which some platforms want a token, send its own header along to strangers, and
# stand between psycopg and its connections.
_TRACED = ("botocore",)


def new_tracer() -> Tracer:
    """A function's tracer."""
    return Tracer(patch_modules=_TRACED)
