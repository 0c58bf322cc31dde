"""Where artifacts lie. Names only: every layer, and the stack, use these."""

from __future__ import annotations

RECORDS = "records/"
FEED = "feed"  # what events APIs answered; and their row among a run's steps
GONE = "gone"  # in place of a fingerprint, among the markers of uploads
FAILED = "failed"  # in place of a fingerprint: planned again next time
RECORD_PREFIXES: tuple[str, ...] = tuple(f"{RECORDS}{byte:02x}/" for byte in range(256))


_CONTENT_TYPES = {
    "json": "application/json",
    "pdf": "application/pdf",
    "ndjson": "application/x-ndjson",
    "txt": "text/plain; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "jpg": "image/jpeg",
    "webp": "image/webp",
    "avif": "image/avif",
    "png": "image/png",
    "mp4": "video/mp4",
    "gif": "image/gif",
    "heic": "image/heic",
    "tiff": "image/tiff",
    "bmp": "image/bmp",
    "mov": "video/quicktime",
    "webm": "video/webm",
    "mkv": "video/x-matroska",
    "avi": "video/x-msvideo",
}
_ENDINGS = {kind: ending for ending, kind in reversed(_CONTENT_TYPES.items())}


def content_type(key: str) -> str:
    """What an artifact is, by its key's ending."""
    return _CONTENT_TYPES.get(key.rpartition(".")[2], "application/octet-stream")


def ending(media_type: str) -> str:
    """The ending, with its dot, by which `content_type` knows this type; empty for others."""
    known = _ENDINGS.get(media_type)
    return f".{known}" if known else ""


def record_key(object_id: str, fingerprint: str) -> str:
    """`records/<id[:2]>/<id[2:]>.<fingerprint>.json`."""
    return f"{RECORDS}{object_id[:2]}/{object_id[2:]}.{fingerprint}.json"


def record_prefix(object_id: str) -> str:
    """The prefix of all records of one object."""
    return f"{RECORDS}{object_id[:2]}/{object_id[2:]}."


def parse_record_key(key: str) -> tuple[str, str]:
    """Object id and fingerprint of a record's key.

    Raises:
        ValueError: the key is not a record's.
    """
    prefix, slash, name = key.removeprefix(RECORDS).partition("/")
    rest, dot, fingerprint = name.removesuffix(".json").partition(".")
    if not (key.startswith(RECORDS) and slash and dot and len(prefix) == 2 and len(rest) == 30):
        raise ValueError(f"{key} is not the key of a record")
    return prefix + rest, fingerprint


def content_key(area: str, sha256: str, name: str) -> str:
    """`<area>/<sha[:2]>/<sha[2:]>/<name>`: outputs that depend on the content alone."""
    return f"{area}/{sha256[:2]}/{sha256[2:]}/{name}"


def events_key(object_id: str, fingerprint: str) -> str:
    """Events of one object, NDJSON, where they are too many for its record."""
    return f"events/{object_id[:2]}/{object_id[2:]}.{fingerprint}.ndjson"


def run_key(run_id: str) -> str:
    """The run's own line, in the inventory."""
    return f"runs/{run_id}/run.json"


def command_key(run_id: str) -> str:
    """What to type to do the run again, in the inventory."""
    return f"runs/{run_id}/command.txt"


def members_key(run_id: str) -> str:
    """One line a member, in the inventory."""
    return f"runs/{run_id}/members.ndjson"


def groups_key(run_id: str) -> str:
    """One line a group, in the inventory."""
    return f"runs/{run_id}/groups.ndjson"


def outcome_key(run_id: str, group_id: str) -> str:
    """What a group reports."""
    return f"runs/{run_id}/groups/{group_id}.json"


def group_records_key(run_id: str, group_id: str) -> str:
    """The keys of a group's records, a line each."""
    return f"runs/{run_id}/records/{group_id}.txt"


def group_records_prefix(run_id: str) -> str:
    """All lists of a run's records."""
    return f"runs/{run_id}/records/"


def skipped_key(run_id: str) -> str:
    """The ids (16 bytes each) of the objects complete before the run, in the inventory."""
    return f"runs/{run_id}/skipped.ids"


def resolved_prefix(instance_id: str) -> str:
    """Markers of the RUN steps that have seen everything uploaded to this database instance."""
    return f"resolved/{instance_id}/"


def resolved_key(instance_id: str, step: str, version: int) -> str:
    """A RUN step's marker."""
    return f"{resolved_prefix(instance_id)}{step}.{version}.json"


def outcomes_prefix(run_id: str) -> str:
    """All reports of a run's groups."""
    return f"runs/{run_id}/groups/"


def run_step_key(run_id: str, step: str) -> str:
    """What a RUN step reports: counts."""
    return f"runs/{run_id}/steps/{step}.json"


def group_step_key(run_id: str, step: str, group_id: str) -> str:
    """What a GROUP step reports of one group: counts."""
    return f"{group_steps_prefix(run_id)}{step}/{group_id}.json"


def group_steps_prefix(run_id: str) -> str:
    """All reports of a run's GROUP steps."""
    return f"runs/{run_id}/group_steps/"


def certificate_key(run_id: str) -> str:
    """The certificate, in the reports."""
    return f"{run_id}/certificate.json"


def report_key(run_id: str) -> str:
    """The HTML report, in the reports."""
    return f"{run_id}/report.html"


def failure_key(run_id: str) -> str:
    """What ended an execution, in the reports."""
    return f"{run_id}/failure.json"


def uploaded_prefix(instance_id: str) -> str:
    """Markers of what was uploaded to one database instance."""
    return f"uploaded/{instance_id}/"


def fed_instance(instance_id: str, target: str) -> str:
    """In place of an instance's id, where what was uploaded to it was fed to an events API too."""
    return f"{instance_id}-{target}" if target else instance_id


def fed_markers_prefix(instance_id: str) -> str:
    """Markers of what was uploaded to a database instance and fed to an events API, any of them."""
    return f"uploaded/{fed_instance(instance_id, '-').removesuffix('-')}"


def marked_instance(marker: str) -> str:
    """The instance, fed or not, that a marker of an upload is about."""
    return marker.split("/")[1]


def feed_sent_key(target: str, digest: str) -> str:
    """The answer to a batch."""
    return f"{FEED}/{target}/sent/{digest}.json"


def feed_rejected_key(target: str, digest: str) -> str:
    """Lines of a batch that were not taken, each with its reason."""
    return f"{FEED}/{target}/rejected/{digest}.ndjson"


def gone_prefix(instance_id: str) -> str:
    """Markers of objects that are no longer in the database, whatever older markers say."""
    return f"{uploaded_prefix(instance_id)}{GONE}/"


def gone_key(instance_id: str, object_id: str) -> str:
    """One object's marker."""
    return f"{gone_prefix(instance_id)}{object_id}"


def uploaded_key(instance_id: str, fingerprint: str, digest: str) -> str:
    """A marker: the object ids (16 bytes each) of one upload."""
    return f"{uploaded_prefix(instance_id)}{fingerprint}/{digest}.ids"


INSTANCE_KEY = "database/instance.json"
