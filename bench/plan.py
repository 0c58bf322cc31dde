"""Planning a million objects, beside the plain loop over the client's own parser.

    python bench/plan.py [--objects 1000000] [--plain_objects 100000] [--one planned|plain]

Both read the same ListObjectsV2 answers (raw XML, a thousand objects each, Live Photo pairs in
folders), skip the same 40 % as complete and write groups of 1000. Ours starts from the listing of
records and upload markers; the plain loop is given its set of ids for nothing. Each runs in a
process of its own. The rate is by CPU time, the answers' making excluded.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import botocore.session
from botocore.parsers import create_parser

from schedulerx.model.identity import object_id
from schedulerx.model.keys import record_key, uploaded_key
from schedulerx.model.member import Member
from schedulerx.model.ports import ArtifactStore
from schedulerx.pipeline.artifacts import fingerprint
from schedulerx.pipeline.census import fast_object_id
from schedulerx.pipeline.definition import NAMES
from schedulerx.pipeline.plan import PlanRequest, draft_plan, known_complete
from schedulerx.settings import ProcessingSettings
from schedulerx.stores.s3 import members_of
from schedulerx.stores.s3_pages import parse_page

PAGE = 1000
DONE_OF_TEN = 4
ROW = (
    "<Contents><Key>photos/{{FOLDER}}/IMG_{stem:04d}.{ending}</Key>"
    "<LastModified>2026-01-02T03:04:05.000Z</LastModified><ETag>&quot;{etag:032x}&quot;</ETag>"
    "<ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType>"
    "<Size>{size}</Size><StorageClass>STANDARD</StorageClass></Contents>"
)


def template() -> bytes:
    """One answer, with a place for the folder's name."""
    rows = "".join(
        ROW.format(
            stem=number // 2,
            ending="MOV" if number % 2 else "HEIC",
            etag=number * 0x9E3779B97F4A7C15,
            size=2_000_000 + number,
        )
        for number in range(PAGE)
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult '
    space = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
    tail = f"<Name>b</Name><KeyCount>{PAGE}</KeyCount><EncodingType>url</EncodingType>"
    return f"{head}{space}>{tail}{rows}</ListBucketResult>".encode()


def answers(objects: int) -> Iterator[bytes]:
    """The raw answers of a listing, in order."""
    page = template()
    for folder in range(objects // PAGE):
        yield page.replace(b"{FOLDER}", b"%07d" % folder)


def is_done(number: int) -> bool:
    """Whether the object of this number was done before."""
    return number % 10 < DONE_OF_TEN


def done_ids(objects: int) -> Iterator[bytes]:
    """The ids of what was done before, 16 bytes each."""
    identify = fast_object_id("")
    for body in answers(objects):
        for number, entry in enumerate(parse_page(body).entries):
            if is_done(number):
                yield identify(entry.key.encode(), entry.etag)


class Records:
    """The records and markers of what is done, made as they are asked for."""

    def __init__(self, objects: int, name: str) -> None:
        self._name = name
        self._ids = [bytearray() for _ in range(256)]
        for one in done_ids(objects):
            self._ids[one[0]] += one

    def keys(self, prefix: str) -> Iterator[str]:
        """Keys of records, or of markers: one a prefix."""
        if not prefix.startswith("records/"):
            for number in range(256):
                yield uploaded_key("db", self._name, f"{number:02x}")
            return
        ids = self._ids[int(prefix[8:10], 16)]
        for start in range(0, len(ids), 16):
            yield record_key(ids[start : start + 16].hex(), self._name)

    def get(self, key: str) -> bytes:
        """A marker's ids."""
        return bytes(self._ids[int(key[-6:-4], 16)])


def planned(objects: int, folder: Path) -> tuple[float, int]:
    """CPU seconds and members of our plan."""
    steps = NAMES
    request = PlanRequest(source="s3://b/", steps=steps, instance_id="db")
    store = Records(objects, fingerprint(steps, ProcessingSettings()))
    start = time.process_time()
    done = known_complete(cast("ArtifactStore", store), request)  # planning lists and gets only

    def members() -> Iterator[Member]:
        for body in answers(objects):
            yield from members_of(parse_page(body))

    draft = draft_plan(members(), done, request, folder)
    return time.process_time() - start, draft.planned


def plain(objects: int, folder: Path) -> tuple[float, int]:
    """CPU seconds and members of the loop one would write."""
    shape = botocore.session.get_session().get_service_model("s3").operation_model("ListObjectsV2")
    parser = create_parser("rest-xml")
    done = {one.hex() for one in done_ids(objects)}
    start, count = time.process_time(), 0
    group: list[str] = []
    with (folder / "members.ndjson").open("w") as lines, (folder / "groups").open("w") as groups:
        for body in answers(objects):
            answer = {"body": body, "headers": {}, "status_code": 200}
            for found in parser.parse(answer, shape.output_shape)["Contents"]:
                if object_id(found["Key"].encode(), found["ETag"]) in done:
                    continue
                member = {"path": found["Key"], "bytes": found["Size"], "etag": found["ETag"]}
                group.append(json.dumps(member))
                count += 1
                if len(group) == PAGE:
                    lines.write("\n".join(group) + "\n")
                    groups.write(json.dumps({"count": len(group)}) + "\n")
                    group = []
    return time.process_time() - start, count


WAYS: dict[str, Callable[[int, Path], tuple[float, int]]] = {"planned": planned, "plain": plain}


def making(objects: int) -> float:
    """CPU seconds that making the answers takes."""
    start = time.process_time()
    for _ in answers(objects):
        pass
    return time.process_time() - start


def one(way: str, objects: int) -> None:
    """Runs one way and prints its line."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with tempfile.TemporaryDirectory() as folder:
        seconds, count = WAYS[way](objects, Path(folder))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rate = objects / (seconds - making(objects))
    print(json.dumps({"way": way, "objects": objects, "members": count, "rate": round(rate),
                      "peak_mb": round(peak), "before_mb": round(before)}))  # fmt: skip


def measured(way: str, objects: int) -> dict[str, float]:
    """One way in a process of its own."""
    result = subprocess.run(
        [sys.executable, __file__, "--one", way, "--objects", str(objects)],
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, float] = json.loads(result.stdout)
    return found


def main() -> None:
    """Prints both ways and their ratio."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--objects", type=int, default=1_000_000)
    parser.add_argument("--plain_objects", type=int, default=100_000)
    parser.add_argument("--one", choices=tuple(WAYS))
    arguments = parser.parse_args()
    if arguments.one:
        one(arguments.one, arguments.objects)
        return
    ours = measured("planned", arguments.objects)
    theirs = measured("plain", arguments.plain_objects)
    print(f"{'way':8} {'objects':>10} {'to process':>10} {'objects/s a core':>17} {'peak MB':>8}")
    for line in (ours, theirs):
        print(f"{line['way']:8} {line['objects']:10,} {line['members']:10,} "
              f"{line['rate']:17,} {line['peak_mb']:8}")  # fmt: skip
    print(f"ratio {ours['rate'] / theirs['rate']:.1f}")


if __name__ == "__main__":
    main()
