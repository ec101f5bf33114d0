"""Draw 200 digits as a hand with a mouse would, for the lesson draw_a_digit: strokes, not pixels.

    python data/own_digits/draw_strokes.py

It writes data/drawings.json, a list of {"digit": 7, "strokes": [[[x, y], ...], ...]}. x and y say
where the pen went, in pixels of a canvas of 560 x 560, and (0, 0) is its top left corner. The
digits are large and small, anywhere on the canvas, slanted, turned, narrow and shaky. Their forms
are not those of draw.py: a 1 with a flag and a foot, a 7 with a bar, an open 4, an 8 in one stroke,
and so on. The same version of NumPy writes the same file.
"""

import json

import numpy as np
from draw import FOLDER, arc, line

CANVAS, MARGIN = 560, 35  # in pixels; the margin is half of the thickest pen
FORMS = {  # digit: the forms that people write it in, each a list of strokes
    0: [
        [arc(0.5, 0.5, 0.4, 0.5, -90, 270)],
        [arc(0.5, 0.5, 0.28, 0.5, -60, 310)],
        [arc(0.5, 0.5, 0.36, 0.5, -100, -470)],
    ],
    1: [
        [line((0.5, 0), (0.5, 1))],
        [line((0.25, 0.3), (0.55, 0), (0.55, 1))],
        [line((0.1, 0.4), (0.55, 0), (0.55, 1))],
        [line((0.3, 0.2), (0.5, 0), (0.5, 1)), line((0.25, 1), (0.75, 1))],
    ],
    2: [
        [
            np.vstack(
                [arc(0.5, 0.28, 0.34, 0.28, 180, 390), line((0.78, 0.45), (0.12, 1), (0.9, 1))]
            )
        ],
        [np.vstack([line((0.15, 0.05), (0.85, 0.05)), line((0.85, 0.05), (0.1, 1), (0.9, 0.97))])],
        [
            np.vstack(
                [
                    arc(0.48, 0.28, 0.36, 0.28, 200, 400),
                    line((0.72, 0.5), (0.3, 0.9)),
                    arc(0.24, 0.9, 0.1, 0.09, 0, 340),
                    line((0.36, 0.93), (0.9, 1)),
                ]
            )
        ],
    ],
    3: [
        [np.vstack([arc(0.45, 0.26, 0.34, 0.26, 200, 450), arc(0.45, 0.75, 0.38, 0.25, -90, 160)])],
        [np.vstack([line((0.15, 0), (0.8, 0), (0.42, 0.4)), arc(0.42, 0.7, 0.4, 0.3, -90, 150)])],
        [np.vstack([arc(0.4, 0.24, 0.3, 0.24, 220, 430), arc(0.45, 0.72, 0.42, 0.28, -70, 140)])],
    ],
    4: [
        [line((0.3, 0), (0.15, 0.6), (0.9, 0.6)), line((0.7, 0.25), (0.65, 1))],
        [line((0.65, 1), (0.65, 0), (0.08, 0.68), (0.92, 0.68))],
        [line((0.15, 0.1), (0.18, 0.5), (0.75, 0.5)), line((0.8, 0), (0.75, 1))],
        [line((0.75, 0.55), (0.1, 0.6), (0.55, 0)), line((0.7, 0.1), (0.72, 1))],
    ],
    5: [
        [np.vstack([line((0.8, 0), (0.25, 0), (0.22, 0.42)), arc(0.42, 0.7, 0.4, 0.3, -120, 150)])],
        [
            np.vstack([line((0.28, 0), (0.25, 0.42)), arc(0.44, 0.7, 0.36, 0.3, -120, 145)]),
            line((0.28, 0.02), (0.85, 0)),
        ],
        [
            np.vstack([line((0.2, 0.02), (0.2, 0.45)), arc(0.42, 0.68, 0.42, 0.32, -130, 120)]),
            line((0.22, 0), (0.75, 0.06)),
        ],
    ],
    6: [
        [np.vstack([arc(0.75, 0.65, 0.6, 0.65, 260, 180), arc(0.47, 0.7, 0.32, 0.3, 180, -190)])],
        [np.vstack([line((0.65, 0), (0.2, 0.6)), arc(0.46, 0.72, 0.3, 0.28, 200, -170)])],
        [np.vstack([line((0.25, 0), (0.18, 0.7)), arc(0.45, 0.75, 0.27, 0.25, 170, -180)])],
    ],
    7: [
        [line((0.1, 0), (0.85, 0), (0.4, 1))],
        [line((0.1, 0.02), (0.85, 0), (0.35, 1)), line((0.3, 0.5), (0.85, 0.48))],
        [line((0.12, 0.15), (0.12, 0), (0.85, 0.02), (0.45, 1))],
        [np.vstack([line((0.1, 0.05), (0.8, 0)), arc(1.4, 1, 0.9, 1.1, 245, 180)])],
    ],
    8: [
        [arc(0.5, 0.24, 0.26, 0.24, 90, 450), arc(0.5, 0.74, 0.32, 0.26, -90, 270)],
        [
            np.vstack(
                [
                    arc(0.5, 0.25, 0.3, 0.25, -20, -270),
                    arc(0.5, 0.75, 0.32, 0.25, -90, 240),
                    line((0.34, 0.53), (0.76, 0.1)),
                ]
            )
        ],
        [np.vstack([arc(0.5, 0.23, 0.28, 0.23, 80, 430), arc(0.5, 0.73, 0.34, 0.27, -70, 280)])],
    ],
    9: [
        [np.vstack([arc(0.45, 0.28, 0.32, 0.28, 0, -350), line((0.77, 0.25), (0.77, 1))])],
        [np.vstack([arc(0.46, 0.26, 0.3, 0.26, -10, -350), arc(0.3, 0.5, 0.46, 0.5, -20, 110)])],
        [np.vstack([arc(0.48, 0.3, 0.34, 0.28, -30, -360), line((0.82, 0.3), (0.5, 1))])],
    ],
}


def draw(strokes, random):
    """Return these strokes as they might come out on the canvas: lists of [x, y] in pixels."""
    narrow, slant = random.uniform(0.5, 0.9), random.uniform(-0.2, 0.4)
    turn = np.radians(random.uniform(-25, 25))
    drawn = []
    for points in strokes:
        time = np.linspace(0, 1, len(points))
        shake_x, shake_y = (
            random.uniform(0, 0.02) * np.sin(random.uniform(4, 12) * time + random.uniform(0, 6))
            for _ in "xy"
        )
        y = points[:, 1] + shake_y
        x = narrow * (points[:, 0] + shake_x - slant * points[:, 1])
        x, y = x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn)
        drawn.append(np.column_stack([x, y]))
    everything = np.vstack(drawn)
    corner, size = everything.min(axis=0), np.ptp(everything, axis=0)
    room = CANVAS - 2 * MARGIN
    scale = random.uniform(0.2, 1) * room / size.max()
    place = random.uniform(MARGIN, CANVAS - MARGIN - scale * size)
    return [np.round(scale * (points - corner) + place).astype(int).tolist() for points in drawn]


def draw_all(forms, count, random):
    """Return `count` drawings of each digit, which take its forms in turn."""
    return [
        {"digit": digit, "strokes": draw(hands[i % len(hands)], random)}
        for i in range(count)
        for digit, hands in forms.items()
    ]


if __name__ == "__main__":
    drawings = draw_all(FORMS, 20, np.random.default_rng(2026))
    (FOLDER.parent / "drawings.json").write_text(
        json.dumps(drawings, separators=(",", ":")).replace('{"digit', '\n{"digit') + "\n"
    )
