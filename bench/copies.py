"""Copies of real photos as they come about, made with Pillow: for `bench/looks.py`."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from schedulerx.media.pictures import opened

SIDE = 1024  # pixels: what is changed, as no change here needs more
PIXELS = 100_000_000
Change = Callable[[Image.Image], Image.Image]

# The distinct photos of the corpus. Of one series only one is here; the rest are CONFUSABLE.
PHOTOS = (
    "photos/Apple iPhone 4.jpg", "photos/Canon 70D.avif", "photos/FLIR subsecond offset.jpg",
    "photos/HTC Desire.jpg", "photos/IMG_2927.HEIC", "photos/Nikon D1X.jpg",
    "photos/Nikon D5000.jpg", "photos/Olympus PEN E-P3.jpg", "photos/SAMSUNG_GT-I9000.jpg",
    "photos/Sony Cybershot (3) orient6.jpg", "photos/burst/DSCF0001.jpg", "photos/burst/G2_1.jpg",
    "photos/cheers_1440x960.heic", "photos/flower.jpg", "photos/hopper.png",
    "photos/iPhone X orient6.webp", "photos/lund/lund_01.jpg", "photos/ukbench/ukbench00120.jpg",
    "photos/ukbench/ukbench09268.jpg", "photos/zero-date.jpg", "hostile/IMG_7731.jpg",
    "hostile/bogus_exif.jpg", "photos/animated.gif",
)  # fmt: skip
SERIES = (
    tuple(f"photos/lund/lund_0{number}.jpg" for number in range(1, 6)),
    tuple(f"photos/burst/DSCF000{number}.jpg" for number in range(1, 4)),
    ("photos/burst/G2_1.jpg", "photos/burst/G2_3.jpg"),
)


def photo(path: Path) -> Image.Image:
    """A photo upright, at most SIDE pixels a side."""
    with opened(path, PIXELS, lenient=True) as image:
        shown = ImageOps.exif_transpose(image).convert("RGB")
    shown.thumbnail((SIDE, SIDE))
    return shown


def tiles(image: Image.Image) -> Iterator[Image.Image]:
    """The quarters of a photo: other pictures, of the same light and textures."""
    width, height = image.width // 2, image.height // 2
    for left, top in ((0, 0), (width, 0), (0, height), (width, height)):
        yield image.crop((left, top, left + width, top + height))


def resaved(image: Image.Image, quality: int, kind: str = "JPEG") -> Image.Image:
    """The picture once it was saved and opened."""
    out = io.BytesIO()
    image.convert("RGB").save(out, kind, quality=quality)
    return Image.open(io.BytesIO(out.getvalue())).convert("RGB")


def _crop(left: float, top: float, right: float, bottom: float) -> Change:
    def change(image: Image.Image) -> Image.Image:
        width, height = image.size
        return image.crop(
            (
                round(left * width), round(top * height),
                round((1 - right) * width), round((1 - bottom) * height),
            )
        )  # fmt: skip

    return change


def _rotated(degrees: float, fill: str) -> Change:
    def change(image: Image.Image) -> Image.Image:
        return image.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=fill)

    return change


def _straightened(degrees: float) -> Change:
    """Turned, and cropped to what is filled, as editors do."""

    def change(image: Image.Image) -> Image.Image:
        turned = image.rotate(degrees, Image.Resampling.BICUBIC)
        lost = abs(degrees) * 0.0175 * max(image.size) / min(image.size) / 2
        return _crop(lost, lost, lost, lost)(turned)

    return change


def _framed(share: float, colour: str) -> Change:
    return lambda image: ImageOps.expand(image, round(share * min(image.size)), colour)


def _watermark(image: Image.Image) -> Image.Image:
    changed = image.convert("RGBA")
    layer = Image.new("RGBA", image.size)
    draw = ImageDraw.Draw(layer)
    step = max(image.size) // 4
    for at in range(0, max(image.size), step):
        draw.text((at * 0.9, at * 0.6), "PROOF", fill=(255, 255, 255, 150), font_size=step // 3)
    return Image.alpha_composite(changed, layer).convert("RGB")


def _caption(image: Image.Image) -> Image.Image:
    """White letters with a black edge over the lower part."""
    changed = image.copy()
    size = max(image.width // 14, 8)
    ImageDraw.Draw(changed).text(
        (image.width * 0.08, image.height * 0.82), "GREETINGS FROM HERE", fill="white",
        font_size=size, stroke_width=max(size // 12, 1), stroke_fill="black",
    )  # fmt: skip
    return changed


def _bar(image: Image.Image) -> Image.Image:
    """A white label over 4 % of it."""
    changed = image.copy()
    width, height = image.size
    draw = ImageDraw.Draw(changed)
    draw.rectangle((width * 0.05, height * 0.85, width * 0.45, height * 0.95), fill="white")
    return changed


def _screenshot(image: Image.Image) -> Image.Image:
    """As a phone shows it: fitted into a black screen, a line of signs at the top."""
    screen = Image.new("RGB", (540, 1170), "black")
    fitted = ImageOps.contain(image, screen.size, Image.Resampling.BICUBIC)
    screen.paste(fitted, (0, (screen.height - fitted.height) // 2))
    ImageDraw.Draw(screen).text((30, 14), "15:04          87 %", fill="white", font_size=22)
    return screen


def _in_a_page(image: Image.Image) -> Image.Image:
    """A white page around it, unevenly."""
    page = Image.new("RGB", (round(image.width * 1.2), round(image.height * 1.35)), "white")
    page.paste(image, (round(image.width * 0.06), round(image.height * 0.1)))
    return page


def _gamma(exponent: float) -> Change:
    table = [round(255 * (value / 255) ** exponent) for value in range(256)] * 3
    return lambda image: image.convert("RGB").point(table)


def _warm(image: Image.Image) -> Image.Image:
    red, green, blue = image.convert("RGB").split()
    return Image.merge(
        "RGB", (red.point(lambda v: v * 1.15), green, blue.point(lambda v: v * 0.75))
    )


def _scaled(share: float) -> Change:
    return lambda image: image.resize(
        (max(24, round(image.width * share)), max(24, round(image.height * share))),
        Image.Resampling.LANCZOS,
    )


def _then(*changes: Change) -> Change:
    def change(image: Image.Image) -> Image.Image:
        for each in changes:
            image = each(image)
        return image

    return change


_MIRROR: Change = ImageOps.mirror
CHANGES: dict[str, Change] = {
    "resized to a half": _scaled(0.5),
    "resized to a tenth": _scaled(0.1),
    "stretched by 10 %": lambda image: image.resize((round(image.width * 1.1), image.height)),
    "quality 20": lambda image: resaved(image, 20),
    "quality 5": lambda image: resaved(image, 5),
    "as WebP": lambda image: resaved(image, 70, "WEBP"),
    "64 colours": lambda image: image.quantize(64).convert("RGB"),
    "brightness 1.3": lambda image: ImageEnhance.Brightness(image).enhance(1.3),
    "brightness 0.6": lambda image: ImageEnhance.Brightness(image).enhance(0.6),
    "contrast 1.4": lambda image: ImageEnhance.Contrast(image).enhance(1.4),
    "contrast 0.6": lambda image: ImageEnhance.Contrast(image).enhance(0.6),
    "gamma 1.6": _gamma(1.6),
    "grey": lambda image: image.convert("L").convert("RGB"),
    "warmer": _warm,
    "sharpened": lambda image: image.filter(ImageFilter.UnsharpMask(3, 150)),
    "blurred": lambda image: image.filter(ImageFilter.GaussianBlur(max(image.size) / 250)),
    "cropped 5 % a side": _crop(0.05, 0.05, 0.05, 0.05),
    "cropped 10 % a side": _crop(0.1, 0.1, 0.1, 0.1),
    "5 % off the left": _crop(0.05, 0, 0, 0),
    "10 % off the top": _crop(0, 0.1, 0, 0),
    "15 % off the right": _crop(0, 0, 0.15, 0),
    "20 % off the bottom": _crop(0, 0, 0, 0.2),
    "10 % off a corner": _crop(0.1, 0.1, 0, 0),
    "15 % off a corner": _crop(0, 0.15, 0.15, 0),
    "turned 1°, black corners": _rotated(1, "black"),
    "turned 2°, straightened": _straightened(2),
    "turned 3°, white corners": _rotated(-3, "white"),
    "turned 90°": lambda image: image.transpose(Image.Transpose.ROTATE_90),
    "turned 180°": lambda image: image.transpose(Image.Transpose.ROTATE_180),
    "turned 270°": lambda image: image.transpose(Image.Transpose.ROTATE_270),
    "mirrored": _MIRROR,
    "framed 5 %, white": _framed(0.05, "white"),
    "framed 10 %, black": _framed(0.1, "black"),
    "watermark": _watermark,
    "caption": _caption,
    "label over 4 %": _bar,
    "screenshot": _screenshot,
    "in a page": _in_a_page,
    "messenger": _then(_scaled(0.3), lambda image: resaved(image, 45)),
    "mirrored, cropped, resaved": _then(
        _MIRROR, _crop(0.05, 0.05, 0.05, 0.05), lambda image: resaved(image, 40)
    ),
    "cropped, brighter, caption": _then(
        _crop(0.08, 0, 0, 0.06), lambda image: ImageEnhance.Brightness(image).enhance(1.15),
        _caption, lambda image: resaved(image, 60),
    ),
    "turned 90°, grey, smaller": _then(
        lambda image: image.transpose(Image.Transpose.ROTATE_90).convert("L").convert("RGB"),
        _scaled(0.3),
    ),
}  # fmt: skip
