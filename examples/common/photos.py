"""Load pictures of any kind. Needs only NumPy and Pillow, not Keras."""

from glob import glob
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter, ImageOps


def load_photos(names, size=480):
    """Return {path: photo} for files, folders and patterns such as `*.jpg`.

    A photo is an array (rows, columns) of uint8, 0 for black to 255 for white. Large ones are made
    smaller, to about `size` x `size` pixels, and tiny ones are enlarged, until their longer side
    has 200. A file that can't be read is named, and left out.
    """
    photos = {}
    for name in names:
        for path in sorted(Path(name).glob("*")) or sorted(glob(str(name))) or [name]:
            try:
                photos[Path(path)] = load(path, size)
            except Exception as error:  # noqa: BLE001 - whatever is wrong, the others can be read
                print(f"{path} cannot be read: {error}")
    if not photos:
        raise SystemExit("There is no picture to read.")
    return photos


def load(path, size):
    """Return a photo: of red, green, blue and opacity the one that varies most.

    Red ink on green paper, or white ink on nothing, would be invisible in their mean, grey.
    """
    image = open_upright(path, size)
    scale = size / (image.width * image.height) ** 0.5
    scale = min(scale, max(1, 200 / max(image.size)))  # only tiny pictures are enlarged
    width, height = round(scale * image.width), round(scale * image.height)
    image = image.resize((max(width, 1), max(height, 1)))
    image = image.filter(ImageFilter.BoxBlur(1))  # a little blur removes the grain
    channels = np.asarray(image)
    return channels[..., channels.std(axis=(0, 1)).argmax()]


def load_image(path, size):
    """Return a picture as an array (size, size, 3) of uint8: red, green and blue, 0 to 255.

    It is the square in the middle of the picture, made smaller or larger; what is transparent
    becomes white. Raises ValueError if the file can't be read.
    """
    try:
        image = open_upright(path, size)
    except Exception as error:  # noqa: BLE001 - Pillow raises many kinds of errors
        raise ValueError(error) from None
    image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return np.asarray(ImageOps.fit(image.convert("RGB"), (size, size)))


def open_upright(path, size):
    """Return a picture with red, green, blue and opacity, as its photographer saw it."""
    with Image.open(path) as image:
        image.draft("RGB", (2 * size, 2 * size))  # a JPEG need not be decoded in full
        image = ImageOps.exif_transpose(image)  # a camera notes which way is up
        if image.mode[0] in "IF":  # more than 8 bits for a pixel
            values = np.asarray(image).astype("float32")
            image = Image.fromarray((255 * values / max(values.max(), 1)).astype("uint8"))
        return image.convert("RGBA")
