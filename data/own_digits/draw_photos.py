"""Draw photos of thirty kinds with the strokes of draw.py, to choose the settings of a lesson by.

    python data/own_digits/draw_photos.py FOLDER [SEED]

Tables, frames, shadows, papers, colours, pens, and numbers of one to four digits. They are other
kinds than those of data/photos, which is for the test only. A file's name
ends with = and what is written.
"""

import sys
from pathlib import Path

import numpy as np
from draw import STROKES
from PIL import Image, ImageDraw, ImageFilter

PAPER, INK = (222, 220, 212), (40, 42, 70)
LONG = {"two": 2, "tight": 2, "three": 3, "four": 4, "year on squares": 4}  # else one digit
COLOURS = {  # paper, ink
    "board": ((38, 66, 50), (225, 228, 220)),
    "blue on orange": ((205, 125, 60), (85, 145, 215)),
    "pink on yellow": ((245, 225, 120), (220, 90, 140)),
    "green on grey": ((128, 128, 128), (70, 165, 70)),
}


def draw_digit(digit, height, width, dotted, random):
    """Return one digit, white on black, cut off at its strokes."""
    slant, turn = random.uniform(-0.2, 0.15), np.radians(random.uniform(-7, 7))
    crooked = [[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]
    wide = random.uniform(0.65, 0.85)
    mask = Image.new("L", (int(6 * height), int(4 * height)))  # twice as large, for smooth edges
    pen, radius = ImageDraw.Draw(mask), height * width
    for points in STROKES[digit][random.integers(3)]:
        wave = 0.02 * np.sin(
            np.linspace(0, random.uniform(4, 9), len(points)) + random.uniform(0, 6)
        )
        x, y = points[:, 0] * wide + wave + slant * (0.5 - points[:, 1]), points[:, 1] + wave
        path = 2 * (np.column_stack([x, y]) @ np.transpose(crooked) * height + [height, height / 2])
        dots = path[[0, -1]]
        if dotted:
            way = np.cumsum(np.hypot(*np.diff(path, axis=0, prepend=path[:1]).T))
            places = np.linspace(0, way[-1], max(2, int(way[-1] / radius / 3.2)))
            dots = np.column_stack([np.interp(places, way, path[:, axis]) for axis in (0, 1)])
        else:
            pen.line([tuple(p) for p in path], fill=255, width=round(2 * radius), joint="curve")
        for x, y in dots:
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    mask = mask.resize((mask.width // 2, mask.height // 2))
    return mask.crop(mask.getbbox())


def draw_number(number, size, height, width, random, gap=0.3, dotted=False):
    """Return a number, 1 for ink and 0 for paper, somewhere on paper of this size."""
    parts = [
        draw_digit(int(d), height * random.uniform(0.92, 1.08), width, dotted, random)
        for d in number
    ]
    length = sum(part.width + gap * height for part in parts)
    if length > 0.86 * size[0]:
        return draw_number(number, size, 0.85 * height, width, random, gap, dotted)
    left = random.uniform(0.06 * size[0], 0.94 * size[0] - length)
    top = random.uniform(0.12 * size[1], max(0.13 * size[1], 0.88 * size[1] - 1.1 * height))
    mask = Image.new("L", size)
    for part in parts:
        mask.paste(part, (round(left), round(top + random.uniform(-0.06, 0.06) * height)), part)
        left += part.width + gap * height
    return np.asarray(mask.filter(ImageFilter.GaussianBlur(0.7)))[..., np.newaxis] / 255


def draw_photo(kind, random):
    """Return what is written and a photo of one of the kinds."""
    number = "".join(map(str, random.integers(0, 10, LONG.get(kind, 1))))
    width = int(random.integers(220, 330)) if len(number) == 1 else 170 * len(number)
    size = width, int(random.integers(220, 330))
    height, pen = random.uniform(0.35, 0.6) * min(size), random.uniform(0.06, 0.14)
    if kind == "small":
        size, height = (800, 600), random.uniform(55, 75)
    pen = {"felt pen": 0.18, "thin ballpoint": 0.035}.get(kind, pen)
    gap = 0.12 if kind == "tight" else random.uniform(0.2, 0.45)
    mask = draw_number(number, size, height, pen, random, gap, kind == "dotted")
    paper, ink = np.array(PAPER) * random.uniform(0.85, 1.08), np.array(INK)
    paper, ink = COLOURS.get(kind, (paper, ink * random.uniform(0.8, 1.5)))
    down, right = np.mgrid[: size[1], : size[0]]
    ground = np.ones((size[1], size[0], 3)) * paper
    every, start = random.integers(18, 36), random.integers(5, 15)
    if "squares" in kind:
        ground[start::every] = ground[:, start::every] = (165, 185, 215)
    if kind == "dark lines":
        ground[start::every] = (80, 90, 130)
    if kind == "tilted lines":
        ground[(down + random.uniform(-0.07, 0.07) * right) % every < 1.6] = (150, 170, 210)
    if kind == "margin":
        ground[8::28] = (170, 190, 220)
        ground[:, 14:16] = (220, 110, 110)
    if kind == "recycled paper":
        ground += random.normal(0, 5, ground.shape)
    photo = ground * (1 - mask) + ink * mask + random.normal(0, 3, mask.shape)
    distance = (right - size[0] / 2) * 0.9 + (down - size[1] / 2) * random.uniform(-0.5, 0.5)
    soft = {"soft shadow": random.uniform(5, 30), "diagonal shadow": 0.1}.get(kind)
    if soft:
        photo *= 1 - 0.4 / (1 + np.exp(-np.clip(distance / soft, -50, 50)))[..., np.newaxis]
    if kind == "transparent":
        photo = np.concatenate([np.zeros_like(photo), 255 * mask], axis=2)
    photo = Image.fromarray(photo.clip(0, 255).astype("uint8"))
    return number, lay(kind, photo, random)


def lay(kind, photo, random):
    """Return the photo with what lies around it or on it."""
    pen, (width, height) = ImageDraw.Draw(photo), photo.size
    edge = int(random.integers(4, 12))
    if kind == "frame":
        pen.rectangle((edge, edge, width - edge, height - edge), outline=INK, width=edge // 2)
    if kind == "scan":
        pen.rectangle((0, 0, edge, height), fill=(15, 15, 15))
    if kind == "punch holes":
        for y in (0.28 * height, 0.72 * height):
            pen.ellipse((4, y - 9, 22, y + 9), fill=(60, 50, 45))
    if kind == "specks":
        for x, y in random.uniform(0, min(width, height), (12, 2)):
            pen.ellipse((x, y, x + edge / 2, y + edge / 2), fill=(60, 50, 50))
    if "table" in kind:
        colour = {"wooden table": (90, 60, 40), "white table": (250, 250, 250)}.get(
            kind, (50, 45, 60)
        )
        around = 260 if kind == "large table" else 60
        table = np.ones((height + around, width + around, 3)) * colour
        table += random.normal(0, 8 if kind == "wooden table" else 2, table.shape)
        table = Image.fromarray(table.clip(0, 255).astype("uint8"))
        sheet = photo.convert("RGBA")
        if kind == "wooden table":
            sheet = sheet.rotate(random.uniform(-6, 6), Image.Resampling.BICUBIC, expand=True)
        table.paste(
            sheet, ((table.width - sheet.width) // 2, (table.height - sheet.height) // 2), sheet
        )
        return table
    return photo


KINDS = [*LONG, *COLOURS, "felt pen", "thin ballpoint", "dotted", "small", "squares", "dark lines"]
KINDS += [
    "tilted lines",
    "margin",
    "recycled paper",
    "soft shadow",
    "diagonal shadow",
    "transparent",
]
KINDS += ["frame", "scan", "punch holes", "specks", "wooden table", "white table", "large table"]

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(exist_ok=True)
    random = np.random.default_rng(int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    for kind in KINDS:
        for i in range(4):
            number, photo = draw_photo(kind, random)
            photo.save(folder / f"{kind.replace(' ', '-')}-{i}={number}.png")
