"""The pictures of the story, drawn as flat illustrations."""

from __future__ import annotations

import math
import random

from PIL import Image

from samples.canvas import Canvas, Colour
from samples.story import PARCEL

WIDE, TALL = (1600, 1200), (1200, 1600)
INK: Colour = (38, 44, 62)
CREAM: Colour = (250, 243, 228)
BRASS: Colour = (206, 158, 80)
CARD: Colour = (201, 158, 108)


def harbour_morning() -> Image.Image:
    """Sunrise over the harbour; two boats."""
    canvas = Canvas(*WIDE, (92, 112, 168), (232, 160, 140), (255, 214, 150))
    canvas.glow((1050, 640), 700, (255, 236, 180), 0.9)
    canvas.disc((1050, 640), 90, (255, 244, 214))
    canvas.hills(720, 60, 1.2, 0.4, (134, 112, 142))
    canvas.hills(760, 35, 2.1, 2.0, (98, 90, 128))
    canvas.box((0, 800, 1600, 1200), (112, 128, 168))
    for row in range(14):
        reach = 210 - 11 * row + 37 * (row % 3)
        canvas.box((1050 - reach, 815 + row * 27, 1050 + reach, 821 + row * 27), (250, 206, 160), 3)
    boat(canvas, 380, 900, 1.3, (150, 62, 58))
    boat(canvas, 720, 850, 0.8, (52, 84, 110))
    return canvas.finish()


def boat(canvas: Canvas, x: float, y: float, size: float, hull: Colour) -> None:
    """A sailing boat, its waterline at (x, y)."""
    canvas.polygon(
        [
            (x - 110 * size, y - 30 * size),
            (x + 120 * size, y - 30 * size),
            (x + 80 * size, y + 14 * size),
            (x - 80 * size, y + 14 * size),
        ],
        hull,
    )
    canvas.line([(x, y - 30 * size), (x, y - 290 * size)], INK, 7 * size)
    canvas.polygon(
        [
            (x + 10 * size, y - 280 * size),
            (x + 10 * size, y - 50 * size),
            (x + 120 * size, y - 50 * size),
        ],
        CREAM,
    )
    canvas.polygon(
        [
            (x - 10 * size, y - 240 * size),
            (x - 10 * size, y - 50 * size),
            (x - 90 * size, y - 50 * size),
        ],
        (236, 222, 200),
    )


def clock_face(canvas: Canvas, x: float, y: float, reach: float, hour: float) -> None:
    """A brass clock; `hour` with its fraction sets both hands."""
    canvas.disc((x, y), reach * 1.16, (138, 98, 46))
    canvas.disc((x, y), reach * 1.12, BRASS)
    canvas.disc((x, y), reach, CREAM)
    for mark in range(60):
        turn = mark / 60 * math.tau
        inner, width = (0.84, 9) if mark % 5 == 0 else (0.92, 3)
        canvas.line(
            [ray(x, y, reach * inner, turn), ray(x, y, reach * 0.96, turn)],
            INK,
            width * reach / 400,
        )
    for number in range(1, 13):
        canvas.text(ray(x, y, reach * 0.72, number / 12 * math.tau), str(number), reach * 0.15, INK)
    canvas.line([(x, y), ray(x, y, reach * 0.45, hour / 12 * math.tau)], INK, reach * 0.05)
    canvas.line([(x, y), ray(x, y, reach * 0.66, hour % 1 * math.tau)], INK, reach * 0.03)
    canvas.disc((x, y), reach * 0.06, BRASS)


def ray(x: float, y: float, reach: float, turn: float) -> tuple[float, float]:
    """The point `reach` away from (x, y), clockwise from noon."""
    return x + reach * math.sin(turn), y - reach * math.cos(turn)


def clock_restored() -> Image.Image:
    """The harbour clock on the workshop's wall, twenty to four."""
    canvas = Canvas(*WIDE, (38, 76, 84), (58, 108, 110), (44, 84, 88))
    canvas.glow((420, 160), 1500, (128, 176, 160), 0.55)
    clock_face(canvas, 800, 520, 380, 15 + 40 / 60)
    canvas.box((0, 1020, 1600, 1200), (120, 78, 50))
    canvas.box((0, 1020, 1600, 1036), (152, 104, 68))
    for x, height, colour in (
        (150, 130, (196, 92, 70)),
        (1330, 180, (214, 176, 104)),
        (1440, 110, (92, 120, 132)),
    ):
        canvas.box((x, 1020 - height, x + 78, 1020), colour, 16)
    return canvas.finish()


def workbench() -> Image.Image:
    """Gears and tools on the bench."""
    canvas = Canvas(*WIDE, (168, 120, 78), (140, 94, 60))
    for row in range(6):
        canvas.box((0, row * 205, 1600, row * 205 + 5), (120, 80, 50))
    for x, y, reach, teeth, colour in (
        (520, 520, 250, 24, BRASS),
        (905, 690, 165, 16, (178, 186, 190)),
        (1110, 420, 130, 13, (214, 176, 104)),
    ):
        gear(canvas, x, y, reach, teeth, colour)
    canvas.line([(1280, 820), (1480, 420)], (70, 74, 80), 22)
    canvas.line([(1235, 912), (1290, 800)], (176, 58, 48), 52)
    canvas.line([(150, 980), (560, 1080)], (92, 98, 104), 18)
    canvas.disc((150, 980), 38, (70, 74, 80))
    return canvas.finish()


def gear(canvas: Canvas, x: float, y: float, reach: float, teeth: int, colour: Colour) -> None:
    """A cog wheel with five holes and a shadow."""
    for shift, fill in ((16, (98, 64, 40)), (0, colour)):
        points = [
            ray(
                x + shift,
                y + shift,
                reach * (1 if step % 4 < 2 else 0.86),
                step / (4 * teeth) * math.tau,
            )
            for step in range(4 * teeth)
        ]
        canvas.polygon(points, fill)
    for hole in range(5):
        canvas.disc(ray(x, y, reach * 0.5, hole / 5 * math.tau), reach * 0.17, (140, 96, 60))
    canvas.disc((x, y), reach * 0.13, (88, 60, 40))


def parcel(canvas: Canvas, x: float, y: float, size: float) -> None:
    """The parcel, its lower left corner at (x, y): tape, label, this side up."""
    width, height = 520 * size, 400 * size
    canvas.box((x, y - height, x + width, y), CARD, 8)
    canvas.polygon(
        [
            (x, y - height),
            (x + 90 * size, y - height - 80 * size),
            (x + width + 60 * size, y - height - 80 * size),
            (x + width, y - height),
        ],
        (222, 184, 134),
    )
    canvas.polygon(
        [
            (x + width, y),
            (x + width, y - height),
            (x + width + 60 * size, y - height - 80 * size),
            (x + width + 60 * size, y - 80 * size),
        ],
        (168, 126, 82),
    )
    canvas.box((x + 220 * size, y - height, x + 290 * size, y), (226, 206, 168))
    canvas.box((x + 40 * size, y - 190 * size, x + 250 * size, y - 40 * size), CREAM, 6)
    canvas.text((x + 145 * size, y - 155 * size), "TO: I. QUILLFEATHER", 16 * size, INK)
    canvas.text((x + 145 * size, y - 120 * size), PARCEL, 22 * size, INK)
    for bar in range(22):
        canvas.box(
            (
                x + (62 + bar * 7.5) * size,
                y - 98 * size,
                x + (62 + bar * 7.5 + 2 + bar * 5 % 4) * size,
                y - 56 * size,
            ),
            INK,
        )


def parcel_packed() -> Image.Image:
    """A portrait picture: the packed parcel on the counter."""
    canvas = Canvas(*TALL, (236, 214, 190), (214, 180, 150))
    canvas.box((120, 160, 1080, 700), (120, 160, 176), 12)
    canvas.box((150, 190, 1050, 670), (176, 210, 216), 6)
    canvas.box((590, 190, 610, 670), (120, 160, 176))
    canvas.box((0, 1240, 1200, 1600), (124, 84, 58))
    canvas.box((0, 1240, 1200, 1258), (156, 110, 78))
    parcel(canvas, 270, 1330, 1.25)
    canvas.text((600, 1480), "FRAGILE: CLOCK INSIDE", 44, CREAM)
    return canvas.finish()


def van_at_night() -> Image.Image:
    """The courier's van under a street lamp."""
    canvas = Canvas(*WIDE, (16, 22, 48), (40, 48, 92), (84, 74, 112))
    sky = random.Random(2406)
    for star in range(70):
        canvas.disc((sky.uniform(0, 1600), sky.uniform(0, 560)), 1 + star % 3, (222, 226, 244))
    canvas.hills(820, 40, 1.6, 1.0, (30, 34, 62))
    canvas.box((0, 900, 1600, 1200), (46, 48, 66))
    canvas.glow((1310, 380), 720, (255, 214, 130), 0.75)
    canvas.line([(1310, 960), (1310, 350)], (24, 26, 40), 16)
    canvas.disc((1310, 350), 34, (255, 238, 190))
    canvas.box((330, 560, 900, 960), (238, 240, 236), 24)
    canvas.polygon([(890, 660), (1030, 680), (1120, 800), (1140, 960), (890, 960)], (238, 240, 236))
    canvas.polygon([(930, 695), (1015, 705), (1080, 800), (930, 800)], (92, 128, 160))
    canvas.box((330, 820, 1135, 850), (206, 72, 60))
    canvas.text((610, 700), "GULLWING PARCELS", 50, (32, 62, 110))
    for wheel in (480, 1000):
        canvas.disc((wheel, 960), 78, (22, 22, 30))
        canvas.disc((wheel, 960), 34, (150, 154, 164))
    return canvas.finish()


def depot_shelf() -> Image.Image:
    """The wrong shelf: many parcels, one of them with a lamp on it."""
    canvas = Canvas(*WIDE, (70, 82, 96), (98, 108, 118))
    for shelf in range(3):
        lower = 380 + shelf * 360
        canvas.box((80, lower, 1520, lower + 26), (196, 110, 58))
        for slot in range(6):
            if (shelf, slot) == (1, 3):
                continue
            height = 130 + (shelf * 5 + slot * 7) % 5 * 26
            shade = (slot * 11 + shelf * 17) % 30
            canvas.box(
                (130 + slot * 232, lower - height, 300 + slot * 232, lower),
                (150 + shade, 122 + shade, 92 + shade),
                6,
            )
    canvas.glow((900, 640), 620, (255, 236, 170), 0.8)
    parcel(canvas, 806, 740, 0.36)
    for post in (80, 1500):
        canvas.box((post, 60, post + 26, 1200), (150, 84, 46))
    return canvas.finish()


def lighthouse_evening() -> Image.Image:
    """The customer's home: a lighthouse at dusk."""
    canvas = Canvas(*WIDE, (54, 54, 110), (170, 98, 140), (250, 160, 120))
    canvas.glow((1120, 330), 900, (255, 230, 170), 0.7)
    canvas.hills(860, 40, 1.0, 3.4, (84, 66, 112))
    canvas.box((0, 900, 1600, 1200), (70, 74, 128))
    for row in range(9):
        left = 60 + row * 197 % 760
        canvas.box((left, 930 + row * 18, left + 300, 934 + row * 18), (190, 126, 150), 2)
    canvas.hills(1010, 60, 0.6, 5.2, (44, 46, 74))
    canvas.polygon([(1050, 980), (1075, 400), (1165, 400), (1190, 980)], CREAM)
    for band in range(3):
        upper = 480 + band * 180
        inset = (upper - 400) / 580 * 25
        canvas.box((1075 - inset, upper, 1165 + inset, upper + 80), (196, 72, 66))
    canvas.box((1050, 372, 1190, 400), INK)
    canvas.box((1085, 292, 1155, 372), (255, 240, 190))
    canvas.polygon([(1070, 292), (1120, 230), (1170, 292)], (196, 72, 66))
    return canvas.finish()


def tracking_map() -> Image.Image:
    """A screenshot: the parcel's way, with a detour."""
    canvas = Canvas(1080, 1440, (226, 236, 228), (218, 230, 222))
    canvas.hills(1180, 90, 0.8, 0.3, (170, 206, 222))
    for road in range(7):
        canvas.line([(0, 260 + road * 150), (1080, 180 + road * 165)], (248, 248, 244), 16)
        canvas.line([(90 + road * 160, 150), (30 + road * 175, 1440)], (248, 248, 244), 12)
    way = [(180.0, 1010.0), (420.0, 880.0), (520.0, 560.0), (880.0, 430.0)]
    canvas.line(way, (44, 98, 196), 14)
    for (x, y), label in zip(
        way, ("Workshop", "Van", "Depot 2 (wrong)", "Lighthouse"), strict=True
    ):
        canvas.disc((x, y), 30, (206, 72, 60) if "wrong" in label else (44, 98, 196))
        canvas.disc((x, y), 13, (255, 255, 255))
        canvas.text((x, y - 58), label, 34, INK)
    canvas.box((0, 0, 1080, 150), (32, 62, 110))
    canvas.text((540, 75), f"Parcel {PARCEL}", 48, (255, 255, 255))
    return canvas.finish()
