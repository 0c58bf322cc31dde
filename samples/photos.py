"""Photos: with camera, time and place; HEIC, PNG, WebP; a copy and a smaller copy."""

from __future__ import annotations

import io
from pathlib import Path

import pillow_heif
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base
from PIL.TiffImagePlugin import IFDRational

from samples import scenes
from samples.write import encoded, put

HARBOUR = (38.8797, -77.0247)
DEPOT = (38.9312, -76.9921)
LIGHTHOUSE = (38.9786, -76.4922)


def exif(
    taken: str, place: tuple[float, float] | None, model: str = "N2", *, turn: int = 1
) -> bytes:
    """EXIF of the story's cameras. `taken` as in "2024:06:03 06:12:00", in UTC-04:00."""
    data = Image.Exif()
    data[Base.Make], data[Base.Model], data[Base.Orientation] = "Northlight", model, turn
    data[Base.DateTime] = taken
    details = data.get_ifd(IFD.Exif)
    details[Base.DateTimeOriginal] = details[Base.DateTimeDigitized] = taken
    details[Base.OffsetTimeOriginal] = "-04:00"
    if place is not None:
        data.get_ifd(IFD.GPSInfo).update(gps(*place))
    return data.tobytes()


def gps(latitude: float, longitude: float) -> dict[int, object]:
    """The GPS directory: references, and degrees, minutes, seconds."""
    return {
        GPS.GPSLatitudeRef: "N" if latitude >= 0 else "S",
        GPS.GPSLatitude: sexagesimal(abs(latitude)),
        GPS.GPSLongitudeRef: "E" if longitude >= 0 else "W",
        GPS.GPSLongitude: sexagesimal(abs(longitude)),
    }


def sexagesimal(degrees: float) -> tuple[IFDRational, IFDRational, IFDRational]:
    """Degrees, minutes and hundredths of seconds as rationals."""
    hundredths = round(degrees * 360_000)
    return (
        IFDRational(hundredths // 360_000, 1),
        IFDRational(hundredths // 6_000 % 60, 1),
        IFDRational(hundredths % 6_000, 100),
    )


def heic(image: Image.Image, tags: bytes) -> bytes:
    """The image as HEIC."""
    buffer = io.BytesIO()
    pillow_heif.from_pillow(image).save(buffer, quality=60, exif=tags)
    return buffer.getvalue()


def make(folder: Path) -> None:
    """All photos."""
    clock = scenes.clock_restored()
    clock_file = encoded(clock, exif=exif("2024:06:03 15:40:12", HARBOUR))
    sideways = scenes.parcel_packed().transpose(Image.Transpose.ROTATE_90)
    put(
        folder,
        "photos/IMG_0410_harbour_morning.jpg",
        encoded(scenes.harbour_morning(), exif=exif("2024:06:03 06:12:40", HARBOUR)),
    )
    put(
        folder,
        "photos/IMG_0411_workbench.jpg",
        encoded(scenes.workbench(), exif=exif("2024:06:03 09:25:03", HARBOUR, "N1")),
    )
    put(folder, "photos/IMG_0412_clock_restored.jpg", clock_file)
    put(
        folder,
        "photos/IMG_0413_parcel_packed.jpg",
        encoded(sideways, exif=exif("2024:06:04 10:05:31", HARBOUR, turn=6)),
    )
    put(
        folder,
        "photos/IMG_0414.HEIC",
        heic(scenes.van_at_night(), exif("2024:06:04 21:48:09", DEPOT)),
    )
    put(
        folder,
        "photos/IMG_0415_lighthouse.jpg",
        encoded(scenes.lighthouse_evening(), exif=exif("2024:06:08 20:31:55", LIGHTHOUSE)),
    )
    put(
        folder,
        "photos/depot_shelf.webp",
        encoded(
            scenes.depot_shelf(), "WEBP", quality=80, exif=exif("2024:06:07 14:02:18", DEPOT, "N1")
        ),
    )
    put(
        folder,
        "photos/tracking_map.png",
        encoded(scenes.tracking_map().quantize(64), "PNG", optimize=True),
    )
    put(folder, "from_otto/IMG_0412 (1).jpg", clock_file)
    put(
        folder, "from_otto/clock for the website.jpg", encoded(clock.resize((800, 600)), quality=70)
    )
