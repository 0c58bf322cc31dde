"""What the state machine sends to the functions."""

from __future__ import annotations

from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict

from schedulerx.model.run import Group


class GroupLine(BaseModel):
    """A line of `groups.ndjson`."""

    group_id: str
    count: int
    bytes: int
    offset: int
    length: int

    def group(self) -> Group:
        """As the pipeline knows it."""
        return Group(**self.model_dump())


class GroupRequest(BaseModel):
    """One group of a run."""

    run_id: str
    group: GroupLine


class GroupStepRequest(GroupRequest):
    """One GROUP step of it."""

    step: str


class RunStepRequest(BaseModel):
    """One RUN step of a run."""

    step: str
    run_id: str


class Failure(BaseModel):
    """What ended an execution, in Step Functions' own words."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    run_id: str
    error: str
    cause: str = ""


class PhaseRequest(BaseModel):
    """One phase of one target. `claim` is the execution's name."""

    phase: str
    post_id: UUID
    target_id: UUID
    claim: str
    began_at: AwareDatetime
    why: str = ""  # a task ended badly


class PostRequest(BaseModel):
    """A post whose time has come."""

    post_id: UUID
