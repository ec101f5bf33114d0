"""Draw the 30 sample digits of this folder: a program's handwriting, not a person's.

    python data/own_digits/draw.py

Ten digits in three styles (ballpoint, felt pen, pencil), dark on grey paper, off the centre, a
little crooked, under a shadow. A file's name ends with = and the digit. The same version of NumPy
and Pillow draws the same files; data/SHA256SUMS lists those that are in the repository.
"""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

FOLDER = Path(__file__).resolve().parent


def arc(x, y, width, height, start, end):
    """Return points on an ellipse around (x, y), from one angle to another; 0 is right, 90 down."""
    angle = np.radians(np.linspace(start, end, 40))
    return np.column_stack([x + width * np.cos(angle), y + height * np.sin(angle)])


def line(*points):
    """Return points along straight lines; x from 0 to 1 is left to right, y top to bottom."""
    points = np.array(points)
    steps = np.linspace(0, len(points) - 1, 20 * (len(points) - 1))
    return np.column_stack(
        [np.interp(steps, np.arange(len(points)), points[:, axis]) for axis in (0, 1)]
    )


STROKES = {  # digit: what each of the three hands writes, as a list of strokes
    0: 3 * [[arc(0.5, 0.5, 0.32, 0.5, -80, 285)]],
    1: [
        [line((0.5, 0), (0.5, 1))],
        [line((0.3, 0.22), (0.52, 0), (0.52, 1))],
        [line((0.55, 0), (0.45, 1))],
    ],
    2: 3
    * [
        [
            np.vstack(
                [arc(0.5, 0.28, 0.32, 0.28, 190, 385), line((0.72, 0.46), (0.18, 1), (0.86, 1))]
            )
        ]
    ],
    3: 3
    * [[np.vstack([arc(0.46, 0.25, 0.3, 0.25, 205, 440), arc(0.46, 0.74, 0.34, 0.26, -80, 150)])]],
    4: [
        [line((0.22, 0), (0.18, 0.55), (0.85, 0.55)), line((0.7, 0.1), (0.68, 1))],
        [line((0.6, 0), (0.12, 0.65), (0.88, 0.65)), line((0.64, 0.3), (0.64, 1))],
        [line((0.25, 0.05), (0.15, 0.52), (0.8, 0.5)), line((0.75, 0), (0.7, 1))],
    ],
    5: 3 * [[line((0.78, 0), (0.28, 0), (0.24, 0.45)), arc(0.46, 0.7, 0.34, 0.3, -135, 140)]],
    6: 3
    * [[np.vstack([arc(0.8, 0.62, 0.6, 0.65, 250, 180), arc(0.48, 0.72, 0.28, 0.28, 180, -185)])]],
    7: [
        [line((0.15, 0.02), (0.85, 0), (0.42, 1))],
        [line((0.12, 0.05), (0.85, 0), (0.45, 1)), line((0.35, 0.5), (0.8, 0.48))],
        [line((0.18, 0), (0.82, 0.03), (0.5, 0.5), (0.4, 1))],
    ],
    8: 3 * [[arc(0.5, 0.25, 0.25, 0.25, 90, 450), arc(0.5, 0.75, 0.3, 0.25, -90, 270)]],
    9: 3 * [[np.vstack([arc(0.5, 0.28, 0.27, 0.27, 0, -350), line((0.77, 0.28), (0.68, 1))])]],
}
STYLES = {  # name: width of the line, darkness of the ink, file type
    "ballpoint": (0.075, 0.55, "jpg"),
    "felt-pen": (0.15, 0.75, "jpg"),
    "pencil": (0.1, 0.35, "png"),
}


def draw(strokes, width, darkness, random):
    """Return a photo of these strokes as a grey image of 150 to 250 pixels a side."""
    size = random.integers(150, 250, 2)  # of the paper: width, height
    height = random.uniform(0.4, 0.55) * size.min()  # of the digit, in pixels
    slant, turn = random.uniform(-0.2, 0.15), np.radians(random.uniform(-8, 8))
    crooked = [[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]
    corner = size * random.uniform(0.1, 0.35, 2)
    fine = 4  # draw four times as large, for smooth edges
    mask = Image.new("L", tuple(fine * size.astype(int)))
    pen = ImageDraw.Draw(mask)
    for points in strokes:
        wave = 0.02 * np.sin(
            np.linspace(0, random.uniform(4, 9), len(points)) + random.uniform(0, 6)
        )
        x, y = points[:, 0] * 0.75 + wave + slant * (0.5 - points[:, 1]), points[:, 1] + wave
        path = fine * (np.column_stack([x, y]) @ np.transpose(crooked) * height + corner)
        radius = fine * height * width / 2
        pen.line([tuple(point) for point in path], fill=255, width=round(2 * radius), joint="curve")
        for x, y in path[[0, -1]]:
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    ink = np.asarray(mask.resize(tuple(size)).filter(ImageFilter.GaussianBlur(0.7))) / 255
    row, column = np.mgrid[0 : size[1], 0 : size[0]] / size.max()
    towards = random.uniform(0, 2 * np.pi)
    distance = column * np.cos(towards) + row * np.sin(towards) - random.uniform(-0.2, 0.6)
    shadow = 1 - random.uniform(0.1, 0.35) / (1 + np.exp(-8 * distance))
    paper = random.uniform(0.7, 0.9) * shadow
    photo = paper * (1 - darkness * ink) + random.normal(0, 0.015, ink.shape)
    return Image.fromarray((255 * np.clip(photo, 0, 1)).astype("uint8"))


if __name__ == "__main__":
    random = np.random.default_rng(1998)
    for digit, hands in STROKES.items():
        for strokes, (style, (width, darkness, kind)) in zip(hands, STYLES.items(), strict=True):
            photo = draw(strokes, width, darkness, random)
            photo.save(FOLDER / f"{style}={digit}.{kind}")
