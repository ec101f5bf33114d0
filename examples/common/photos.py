"""Photos: load any picture, find the digits in it. Needs only NumPy and Pillow, not Keras.

A photo is an array (rows, columns) of uint8, 0 for black to 255 for white, the longer side at most
320 pixels, so that a stroke is some pixels wide. Ink is the same, but 0 for paper. A part is an
array (pixels, 2) with the row and the column of each of its pixels. The numbers in here are those
that read most of the photos that data/own_digits/draw_photos.py draws.

`without` leaves out one step, to see what it gains: "colour", "nearby paper", "edges", "light ink",
or "joining".
"""

from glob import glob
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from PIL import Image, ImageFilter, ImageOps

LEAST_INK = 28  # of 255; less is only the grain of the paper


def load_photos(names, longest=320, without=""):
    """Return {path: photo} for files, folders and patterns such as `*.jpg`.

    `longest` is the longer side in pixels. What cannot be read gets one line, and is left out.
    """
    photos = {}
    for name in names:
        for path in sorted(Path(name).glob("*")) or sorted(glob(str(name))) or [name]:
            try:
                photos[Path(path)] = load(path, longest, without)
            except Exception as error:  # noqa: BLE001 - whatever is wrong, the others can be read
                print(f"{path} cannot be read: {error}")
    if not photos:
        raise SystemExit("There is no picture to read.")
    return photos


def load(path, longest, without):
    """Return a photo: of red, green, blue and opacity the one that varies most.

    Red ink on green paper, or white ink on nothing, would be invisible in their mean, grey.
    """
    with Image.open(path) as image:
        image.draft("RGB", (800, 800))  # a JPEG need not be decoded in full
        image = ImageOps.exif_transpose(image)  # a camera notes which way is up
        if image.mode[0] in "IF":  # more than 8 bits for a pixel
            values = np.asarray(image).astype("float32")
            image = Image.fromarray((255 * values / max(values.max(), 1)).astype("uint8"))
        image = image.convert("RGBA")
    image.thumbnail((longest, longest))
    image = image.filter(ImageFilter.BoxBlur(1))  # a little blur removes the grain
    if without == "colour":
        return np.asarray(image.convert("L"))
    channels = np.asarray(image)
    return channels[..., channels.std(axis=(0, 1)).argmax()]


def find_digits(photo, without=""):
    """Return the digits in a photo, from left to right, and its ink, all that is not paper.

    Each digit is an array (28, 28) of float32, 0 for paper to 1 for ink, as in MNIST. The list is
    empty if nothing was found, or nothing certain.
    """
    ink = find_ink(photo, without)
    digits = find_dark_digits(photo, ink, without)
    if not digits and without != "light ink":
        light_ink = find_ink(255 - photo, without)  # on dark paper
        digits = find_dark_digits(255 - photo, light_ink, without)
        if digits:
            ink = light_ink
    return digits, ink


def find_dark_digits(photo, ink, without):
    """Return the digits in ink that is darker than the paper, or an empty list."""
    paper, ink = photo + ink, ink.copy()  # the caller's ink stays whole
    cut_off = [] if without == "edges" else erase_what_is_no_writing(ink)
    if ink.max() < LEAST_INK:
        return []
    parts = find_parts(ink)
    spots = [part for part in parts if is_spot(part)]
    if len(spots) > 3 and len(np.vstack(spots)) > len(np.vstack(parts)) / 2:  # a dotted pen
        ink = largest(ink, max(size(spots[0])) // 2 * 2 + 1)  # the spots grow together
        parts = find_parts(ink)
    else:  # spots are punch holes
        parts = [part for part in parts if not is_spot(part)]
    digits = parts if without == "joining" else join_strokes(parts)
    if not 1 <= len(digits) <= 10:
        return []
    tallest = max(size(digit)[0] for digit in digits)
    if tallest < 10 or any(0.5 * tallest < length < 1.5 * tallest for length in cut_off):
        return []  # too small, or the edge of the photo cuts off a digit
    for digit in digits:
        height, width = size(digit)
        if width > 1.5 * height or height > 30 * width:
            return []
    if is_gap_in_light_ink(np.vstack(digits), photo, paper, margin=tallest // 2):
        return []
    return [to_mnist(digit, ink) for digit in digits]


def find_ink(photo, without):
    """Return how much darker each pixel is than the paper, which is the brightest value nearby."""
    if without == "nearby paper":
        return photo.max() - photo
    width = min(photo.shape) // 10 * 2 + 1  # a fifth of the photo: wider than a stroke
    paper = 255 - largest(255 - largest(photo, width), width)  # dark gaps are filled, edges stay
    return paper - photo


def largest(values, width):
    """Return for each pixel the largest value in the square of `width` pixels around it."""
    values = np.pad(values, width // 2, mode="edge")
    values = sliding_window_view(values, width, axis=0).max(axis=-1)
    return sliding_window_view(values, width, axis=1).max(axis=-1)


def find_parts(ink):
    """Return the connected parts of the ink, each an array (pixels, 2)."""
    inked = np.pad(ink > 0.4 * ink.max(), 1)  # a rim of paper: each pixel has eight neighbours
    width = inked.shape[1]
    neighbours = (-width - 1, -width, -width + 1, -1, 1, width - 1, width, width + 1)
    waiting = bytearray(inked.tobytes())  # row by row, 1 for ink that is in no part yet
    parts = []
    for start in np.flatnonzero(inked).tolist():
        if not waiting[start]:
            continue
        waiting[start] = 0
        part = [start]
        for pixel in part:  # which grows while we find neighbours
            for step in neighbours:
                if waiting[pixel + step]:
                    waiting[pixel + step] = 0
                    part.append(pixel + step)
        parts.append(np.column_stack(np.divmod(part, width)) - 1)
    return parts


def size(part):
    """Return height and width of a part, in pixels."""
    return part.max(axis=0) - part.min(axis=0) + 1


def is_spot(part):
    """Return whether a part is full and about as wide as high, as a hole or a dot is."""
    height, width = size(part)
    return len(part) > 0.7 * height * width and 0.6 < width / height < 1.6


def erase_what_is_no_writing(ink):
    """Set to 0, in `ink` itself, what touches an edge of the photo or is nearly as large.

    Weaker ink may show behind it, so look again. Return the lengths, in pixels, of the parts that
    one edge cuts off: a digit may be among them.
    """
    cut_off = []
    rows, columns = ink.shape
    while ink.max() >= LEAST_INK:
        erased = np.zeros_like(ink)
        for part in find_parts(ink):
            height, width = size(part)
            at_edges = [np.sum(part[:, 0] == 0), np.sum(part[:, 0] == rows - 1)]  # pixels
            at_edges += [np.sum(part[:, 1] == 0), np.sum(part[:, 1] == columns - 1)]
            is_frame = height > 0.8 * rows and width > 0.8 * columns
            if max(at_edges) or is_frame:
                erased[part[:, 0], part[:, 1]] = 1
            is_table = max(at_edges) > 0.7 * max(height, width)
            if np.count_nonzero(at_edges) == 1 and not is_table:
                cut_off.append(max(height, width))
        if not erased.any():
            break
        ink[largest(erased, 5) == 1] = 0  # with its soft rim
    return cut_off


def join_strokes(parts):
    """Return the digits, from left to right: specks are left out, a 5 and its bar are one part."""
    tallest = max([size(part)[0] for part in parts], default=0)
    digits = []
    for part in sorted(parts, key=lambda part: part[:, 1].min()):
        if max(size(part)) < 0.25 * tallest:
            continue  # a speck
        above = digits and part[:, 1].min() < digits[-1][:, 1].max()  # or below
        if above and min(size(part)[0], size(digits[-1])[0]) < 0.75 * tallest:
            digits[-1] = np.vstack([digits[-1], part])
        else:
            digits.append(part)
    tallest = max([size(digit)[0] for digit in digits], default=0)
    return [digit for digit in digits if size(digit)[0] > 0.4 * tallest]


def is_gap_in_light_ink(pixels, photo, paper, margin):
    """Return whether what surrounds the ink is as dark as the ink: then the light is writing."""
    top, left = np.maximum(pixels.min(axis=0) - margin, 0)
    bottom, right = pixels.max(axis=0) + margin
    dark = photo[pixels[:, 0], pixels[:, 1]].mean()
    light = paper[pixels[:, 0], pixels[:, 1]].mean()
    return np.median(photo[top:bottom, left:right]) < (dark + light) / 2


def to_mnist(digit, ink):
    """Return a digit as MNIST has it: cut out, fitted into 20 x 20 pixels, its balance centred."""
    mask = np.zeros_like(ink)
    mask[digit[:, 0], digit[:, 1]] = 1
    strength = ink * largest(mask, 3) / np.percentile(ink[mask == 1], 75)
    picture = Image.fromarray((255 * strength.clip(0, 1)).astype("uint8"))
    top, left = digit.min(axis=0) - 1
    bottom, right = digit.max(axis=0) + 2
    picture = ImageOps.contain(picture.crop((left, top, right, bottom)), (20, 20))
    values = np.asarray(picture)
    top = round(np.average(np.arange(picture.height), weights=values.sum(axis=1)) - 13.5)
    left = round(np.average(np.arange(picture.width), weights=values.sum(axis=0)) - 13.5)
    picture = picture.crop((left, top, left + 28, top + 28))  # outside is 0
    return np.asarray(picture).astype("float32") / 255
