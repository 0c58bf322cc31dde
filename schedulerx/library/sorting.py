"""Sorting: what is uploaded lies in folders by a template, as `2024/05`."""

from __future__ import annotations

import msgspec

from schedulerx.errors import RetryableError
from schedulerx.library.files import moved
from schedulerx.library.names import marked
from schedulerx.library.pairs import still_of
from schedulerx.library.template import Template
from schedulerx.library.upload import forgotten
from schedulerx.library.work import (
    UPLOADED,
    LibraryWork,
    Tally,
    done,
    failed,
    mark,
    said,
    timed,
)
from schedulerx.model.library import Item, Phase, Stored


def run(work: LibraryWork, tally: Tally) -> None:
    """Every item in `uploaded` that does not lie where the template puts it."""
    template = Template(work.settings.sort_template, "LIBRARY_SORT_TEMPLATE")
    for item in work.unsettled():
        ready = item.ready
        if not item.goes_on or ready is None or not ready.path.startswith(f"{UPLOADED}/"):
            continue
        label = mark("sorting", template.text, ready.sha256)
        if not item.is_due(Phase.SORTING, label):
            continue
        reason = None
        with timed() as seconds:
            try:
                lies = _sorted(work, item, ready, template)
                ended = msgspec.structs.replace(item, ready=lies)
                ended = ended.ended(Phase.SORTING, done(label, seconds()))
            except (RetryableError, OSError) as error:
                reason = said(error)
                ended = forgotten(work, item).ended(Phase.SORTING, failed(reason, seconds()))
        work.ledger.save([ended])
        tally.add(item.path, ready.bytes, ended.phases[Phase.SORTING].status, reason)
        work.progress(tally)


def _sorted(work: LibraryWork, item: Item, ready: Stored, template: Template) -> Stored:
    name = f"{UPLOADED}/{template.path(_dated(work, item))}/{ready.path.rpartition('/')[2]}"
    for path in (name, marked(name, ready.sha256[:8]), marked(name, ready.sha256)):
        found = moved(work.root, ready, path)
        if found is not None:
            return found
    raise RetryableError(f"{name} is taken; move what lies there away")


def _dated(work: LibraryWork, item: Item) -> Item:
    """A Live Photo's movie lies beside its still, whatever it says of itself."""
    still = still_of(work.ledger, item)
    return msgspec.structs.replace(item, description=still.description)
