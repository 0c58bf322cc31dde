"""Errors and speed of recognition on transcribed scans, beside what a user would pick instead.

    python bench/ocr.py CORPUS [--rounds 1] [--sets clean noisy]

Every set of scans is read by each engine and by the commands `tesseract` and `ocrmypdf` where they
are installed. Errors are Levenshtein distances over the truth's length, in characters and in words,
after the corpus' own normalisation (blanks, quotes, dashes, case), summed over the set; speed is
pages a second of CPU time, the median of the rounds, without loading models, and beside it the
share of the faster engine's speed (`tesseract` or `rapidocr`, run here). The last rows are sums.
"""

from __future__ import annotations

import argparse
import csv
import os
import re
import resource
import shutil
import statistics
import subprocess
import tempfile
import time
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass
from functools import partial
from operator import add
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from rapidfuzz.distance import Levenshtein

from schedulerx.documents.ocr import engines
from schedulerx.documents.ocr.engine import OcrEngine, Pixels
from schedulerx.documents.pixels import frames

ENGINES = ("tesseract", "rapidocr", "auto")
_SETS = {"tapus": "typescripts", "80": "newspapers", "": "clean"}  # by how a scan's name begins
# As the scorer of the corpus has it: long s, hyphens of blackletter, curly quotes, dashes.
_PLAIN = str.maketrans("\u017f\u2e17\u2019\u2018\u2014\u2013\u201c\u201d\u201e", "s-''--" + '"""')


@dataclass(frozen=True)
class Scan:
    """A page, and what stands on it."""

    kind: str
    pixels: Pixels
    truth: str


@dataclass(frozen=True)
class Score:
    """How a way read pages: wrong characters and words, of so many, and the CPU seconds it took."""

    pages: int = 0
    wrong: int = 0
    characters: int = 0
    misread: int = 0
    words: int = 0
    seconds: float = 0.0

    def __add__(self, other: Score) -> Score:
        return Score(*(map(add, astuple(self), astuple(other))))

    @property
    def pages_per_second(self) -> float:
        """The speed on one core."""
        return self.pages / self.seconds


def scans(corpus: Path) -> Iterator[Scan]:
    """The transcribed scans, and the clean ones printed again with noise."""
    with (corpus / "truth" / "ocr.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            name = Path(row["path"]).name
            kind = next(kind for begin, kind in _SETS.items() if name.startswith(begin))
            truth = (corpus / row["truth"]).read_text(encoding="utf-8")
            pixels = frames(corpus / "files" / row["path"], 1)[0]
            yield Scan(kind, pixels, truth)
            if kind == "clean":
                yield Scan("noisy", _noisy(pixels), truth)
    yield _receipt()


def _noisy(pixels: Pixels) -> Pixels:
    noise = np.random.default_rng(1).normal(0, 40, pixels.shape)
    grainy: Pixels = np.clip(pixels + noise, 0, 255).astype(np.uint8)
    return grainy


def _receipt() -> Scan:
    """A slip in small faint print, askew, in uneven light."""
    rows = [f"{count} x Article {count * 137:05d}   {count * 3.45:8.2f}" for count in range(1, 25)]
    image = Image.new("L", (460, 40 + 24 * len(rows)), 235)
    draw = ImageDraw.Draw(image)
    for number, row in enumerate(rows):
        draw.text((20, 20 + 24 * number), row, fill=90, font=ImageFont.load_default(15))
    askew = np.asarray(image.rotate(6, Image.Resampling.BICUBIC, expand=True, fillcolor=235))
    light = np.linspace(0.45, 1.0, askew.shape[1])[None, :]
    slip = np.repeat((askew * light).astype(np.uint8)[..., None], 3, axis=2)
    return Scan("receipt (drawn)", slip, "\n".join(rows))


def normal(text: str) -> str:
    """As the corpus' scorer compares."""
    plain = unicodedata.normalize("NFC", text).translate(_PLAIN)
    return re.sub(r"\s+", " ", plain).strip().lower()


def score(pages: list[Scan], read: Callable[[Pixels], str], rounds: int) -> Score:
    """One way over one set."""
    seconds: list[float] = []
    for _ in range(rounds):
        begun = _cpu()
        texts = [normal(read(page.pixels)) for page in pages]
        seconds.append(_cpu() - begun)
    truths = [normal(page.truth) for page in pages]
    pairs = list(zip(truths, texts, strict=True))
    wrong = sum(Levenshtein.distance(true, text) for true, text in pairs)
    misread = sum(Levenshtein.distance(true.split(), text.split()) for true, text in pairs)
    return Score(
        pages=len(pages),
        wrong=wrong,
        characters=sum(map(len, truths)),
        misread=misread,
        words=sum(len(true.split()) for true in truths),
        seconds=statistics.median(seconds),
    )


def _cpu() -> float:
    """CPU seconds of this process and of those it waited for."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def ways() -> Iterator[tuple[str, Callable[[Pixels], str]]]:
    """What reads a page, by its name; what is not installed is told."""
    for name in ENGINES:
        if name == "tesseract" and not engines.has_tesseract("eng"):
            print("tesseract: skipped, tesserocr or tesseract-ocr-eng is not installed")
            continue
        engine = engines.engine(name)
        engine.recognise(np.full((200, 200, 3), 255, np.uint8))  # loads the models
        yield name, partial(_text, engine)
    for name, command in (("`tesseract`", _tesseract), ("`ocrmypdf`", _ocrmypdf)):
        if shutil.which(name.strip("`")):
            yield name, command
        else:
            print(f"{name}: skipped, it is not installed")


def _text(engine: OcrEngine, pixels: Pixels) -> str:
    return engine.recognise(pixels).text


def _tesseract(pixels: Pixels) -> str:
    with tempfile.TemporaryDirectory() as folder:
        image = Path(folder) / "page.png"
        Image.fromarray(pixels).save(image, dpi=(200, 200))
        return _run(["tesseract", str(image), "-", "-l", "eng"])


def _ocrmypdf(pixels: Pixels) -> str:
    with tempfile.TemporaryDirectory() as folder:
        image, text = Path(folder) / "page.png", Path(folder) / "page.txt"
        Image.fromarray(pixels).save(image, dpi=(200, 200))
        options = ["--rotate-pages", "--deskew", "--jobs", "1", "-l", "eng", "--output-type", "pdf"]
        _run(["ocrmypdf", *options, "--sidecar", str(text), str(image), f"{folder}/out.pdf"])
        return text.read_text(encoding="utf-8") if text.exists() else ""


def _run(command: list[str]) -> str:
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
    )
    return done.stdout


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--sets", nargs="+", default=[], help="those alone, by their first words")
    given = parser.parse_args()
    sets: dict[str, list[Scan]] = {}
    for scan in scans(given.corpus):
        if given.sets and scan.kind.split()[0] not in given.sets:
            continue
        sets.setdefault(scan.kind, []).append(scan)
    known = list(ways())
    print(f"{time.strftime('%Y-%m-%d')}, rounds: {given.rounds}\n")
    print("| set (pages) | way | characters wrong | words wrong | pages/s a core | of the faster |")
    print("|---|---|---|---|---|---|")
    total: dict[str, Score] = {}
    for kind, pages in sets.items():
        found = {name: score(pages, read, given.rounds) for name, read in known}
        _print(kind, found)
        total = {name: total.get(name, Score()) + each for name, each in found.items()}
    _print("all", total)


def _print(kind: str, found: dict[str, Score]) -> None:
    """The rows of a set; speeds beside the faster one of the two engines."""
    faster = max(found[name].pages_per_second for name in ENGINES[:2] if name in found)
    for name, each in found.items():
        print(
            f"| {kind} ({each.pages}) | {name} | {each.wrong / each.characters:.1%} "
            f"| {each.misread / each.words:.1%} | {each.pages_per_second:.2f} "
            f"| {each.pages_per_second / faster:.2f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
