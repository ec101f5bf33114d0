# %% [markdown]
"""
# Train a network on your own pictures

You have some pictures and want a network that can tell them apart: cats and dogs, ripe and unripe
tomatoes, good and broken parts. All it takes is a folder, with a subfolder for each kind. This
lesson first makes such a folder, so that you see what yours should look like. It cuts three photos,
of bricks, grass and gravel, into hundreds of small pictures. From a piece of 32 x 32 pixels, could
you tell grass from gravel?

- You will learn: how to load a folder of pictures, how to split pictures that resemble each other,
  global average pooling, what to do about classes of different size.
- Expected: recognises 98 % of the test pictures; takes about 26 s on 2 CPU cores.
- Run: `python examples/your_own_images.py` learns from the three photos; with `--folder mine` it
  learns from your folder
"""

# %%
from common import find_data, flags  # first of all: a quiet start, see common/
from common.photos import load_image

from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers
from PIL import Image  # comes with matplotlib

# To use this file on its own, put examples/common/photos.py and data/materials beside it, delete
# the two imports from common and uncomment:
# from types import SimpleNamespace as flags
# from photos import load_image
# from pathlib import Path as find_data

args = flags(
    folder="",
    output=Path("output/your_own_images"),
    epochs=25,
    batch_size=32,
    learning_rate=0.003,
    seed=0,
    verbose="auto",
)
keras.utils.set_random_seed(args.seed)

# %% [markdown]
# ## A folder for each class
#
# Here are our three photos. Each has 512 x 512 pixels. We cut them into tiles of 32 x 32, and write
# the tiles into a folder that looks like this:
#
#     output/your_own_images/tiles/
#         brick/
#             000-000.png
#             000-016.png
#             ...
#         grass/
#         gravel/
#
# A subfolder is a class, and its name is the name of the class. Nothing else is needed, and yours
# should look the same. The first number in the name of a tile says how far to the right it was in
# the photo, the second one how far down. In a moment you will see why we want to know that.
#
# In the picture below, an orange line divides each photo in two. The network will learn from the
# left half and be tested on the right half. On the left, each tile begins only 16 pixels after the
# last one, so neighbours overlap, and we get more tiles to learn from. On the right they lie side
# by side, because the test should look at each spot only once.

# %%
folder = Path(args.folder) if args.folder else args.output / "tiles"
if not args.folder:
    photos = {}
    for path in sorted(find_data("materials").glob("*.jpg")):
        photos[path.stem] = Image.open(path)

    figure, axes = plt.subplots(1, 3, figsize=(9, 3.3), layout="constrained")
    for ax, (name, photo) in zip(axes, photos.items()):
        ax.imshow(photo, cmap="gray")
        ax.axvline(256, color="tab:orange")
        ax.set(title=name, xticks=[], yticks=[])
    plt.show()
    for name, photo in photos.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        for left in range(0, 512 - 31, 16):
            for top in range(0, 512 - 31, 16):
                in_left_half = left + 32 <= 256
                side_by_side = left >= 256 and left % 32 == 0 and top % 32 == 0
                if in_left_half or side_by_side:
                    tile = photo.crop((left, top, left + 32, top + 32))
                    tile.save(folder / name / f"{left:03d}-{top:03d}.png")

# %% [markdown]
# ## Load and prepare the data
#
# Now we read the folder, as we would read yours. `load_image`, a small helper in common/photos.py,
# cuts the square out of the middle of each picture and resizes it, because all pictures of a batch
# must have the same size. For the tiles we keep the 32 x 32 pixels that they have; for your
# pictures we take 64 x 64. That is less than you might expect, but it's enough for many things, and
# the training stays quick. A colour picture has three numbers for each pixel, for red, green and
# blue. Ours are grey, and get the same number three times.
#
# Files whose names begin with a dot are hidden files, and no pictures; some systems leave them
# everywhere. A file that can't be read is named and left out.

# %%
size = 64 if args.folder else 32
if not folder.is_dir():
    raise SystemExit(f"{folder} is not a folder.")
images, labels, classes = [], [], []
for subfolder in sorted(folder.iterdir()):
    if subfolder.name.startswith(".") or not subfolder.is_dir():
        continue
    found = []
    for path in sorted(subfolder.iterdir()):
        if path.name.startswith("."):
            continue
        try:
            found.append(load_image(path, size))
        except ValueError as error:
            print(f"{path} is left out: {error}")
    print(f"{subfolder.name}: {len(found)} pictures")
    if found:
        images += found
        labels += [len(classes)] * len(found)
        classes.append(subfolder.name)
images, labels = np.array(images), np.array(labels)
if len(classes) < 2 or len(images) < 10:
    raise SystemExit(
        f"{folder}: {len(images)} pictures in {len(classes)} subfolders. At least 10 pictures in 2 "
        "subfolders are needed: one subfolder for each class, with its pictures directly in it."
    )

# %% [markdown]
# ## A split that is fair
#
# Some of the pictures are for the test. Which ones? A random choice seems natural, but it would be
# a mistake here. Many tiles overlap, and even those that don't were neighbours in the photo, with
# the same light and the same bricks. If one is in the training part and its neighbour in the test
# part, the network only has to recognise what it has already seen. The result would look wonderful,
# and it would say nothing about the next wall.
#
# Your own pictures have the same problem. You press the button three times, and get three pictures
# that are nearly the same. Fortunately their names are neighbours, too, because a camera numbers
# its pictures. So we don't shuffle. We sort the pictures of each class by their names, train on the
# first ones, and test on the last ones. For the tiles, whose names begin with their place, that is
# just the split at the orange line. Of your pictures, the last fifth is for the test.
#
# Our test is fairer this way, but it isn't perfect. The right half of a photo still shows the same
# wall in the same light. To know how the network does on the next wall, we would need a photo of
# the next wall.


# %%
train, test = [], []
for k in range(len(classes)):
    rows = np.flatnonzero(labels == k)  # in the order of their names
    test_size = max(1, len(rows) // 5)
    if not args.folder:
        test_size = 16 * 8  # the right half, side by side
    if len(rows) < 2:
        raise SystemExit(f"{folder / classes[k]} has only one picture, so there is none to test.")
    train += list(rows[:-test_size])
    test += list(rows[-test_size:])
x_train, y_train = images[train].astype("float32"), labels[train]
x_test, y_test = images[test].astype("float32"), labels[test]
print(f"{len(x_train)} pictures for training, {len(x_test)} for the test")

# %% [markdown]
# Let's look at some of them, and put ourselves in the place of the network.

# %%
shown = min(len(classes), 10)  # of many classes, only the first ten
figure, axes = plt.subplots(shown, 8, figsize=(9, 1.2 * shown), squeeze=False)
for k in range(shown):
    rows = np.flatnonzero(y_train == k)
    for j in range(min(8, len(rows))):
        axes[k, j].imshow(x_train[rows[j * len(rows) // 8]].astype("uint8"))
    axes[k, 0].set_ylabel(classes[k], parse_math=False)  # a $ in a name is no formula
plt.setp(axes, xticks=[], yticks=[])
figure.suptitle("Some of the training pictures, a row for each class")
plt.show()

# %% [markdown]
# The bricks are easy, as long as there is some mortar in the picture, the light lines between them.
# Grass and gravel are both a jumble of light and dark. There are blades in the one and stones in
# the other, but what about a broad leaf?
#
# ## Start with something simple
#
# How far do we get without a network? Let's describe each picture by two numbers only: how bright
# it is (the mean of its pixels) and how much contrast it has (their standard deviation). For each
# test picture we look for the five training pictures whose two numbers are closest, its **nearest
# neighbours**, and give the answer that is most frequent among them. (We standardise the two
# numbers, so that both count equally.)

# %%
pixels = (1, 2, 3)  # the mean is taken over rows, columns and colours
simple_train = np.stack([x_train.mean(axis=pixels), x_train.std(axis=pixels)], axis=1)
simple_test = np.stack([x_test.mean(axis=pixels), x_test.std(axis=pixels)], axis=1)
mean, std = simple_train.mean(axis=0), simple_train.std(axis=0)
simple_train, simple_test = (simple_train - mean) / std, (simple_test - mean) / std
right = 0
for numbers, label in zip(simple_test, y_test):
    distance = ((simple_train - numbers) ** 2).sum(axis=1)
    neighbours = y_train[distance.argsort()[:5]]  # the labels of the five closest
    answer = np.bincount(neighbours).argmax()  # the most frequent of them
    if answer == label:
        right += 1
print(f"Brightness and contrast alone: {right / len(y_test):.4f}")

# %% [markdown]
# Guessing would be right for one picture in three. So brightness and contrast alone give a lot
# away, and our network has to find more than that.
#
# ## Build the model
#
# You know convolutions and pooling from mnist_cnn.py. Three things are different here:
#
# - A layer, `Rescaling`, divides the numbers by 255 inside the model. So the model takes pictures
#   as they are, and nobody can forget to divide.
# - There are three layers for augmentation, as in data_augmentation.py. Contrast changes by up to
#   30 %, and brightness by up to a fifth of the way from black to white, because tomorrow the light
#   will be different. Both layers need to know that our numbers go from 0 to 1. Grass is still
#   grass upside down, so the tiles are flipped both ways. Your own pictures are only mirrored, left
#   to right: cars don't drive on their roofs. If even that changes the class, as it would with
#   letters, delete the layer.
# - In place of `Flatten` there is **global average pooling**. Each of the 128 feature maps becomes
#   a single number, its mean. It says how much of a certain pattern there is, and no longer where.
#   That is just right for grass, which is grass wherever it grows in the picture.

# %%
flip = "horizontal" if args.folder else "horizontal_and_vertical"
model = keras.Sequential(
    [
        keras.Input(shape=(size, size, 3)),
        layers.Rescaling(1 / 255),
        layers.RandomFlip(flip),
        layers.RandomContrast(0.3, value_range=(0, 1)),
        layers.RandomBrightness(0.2, value_range=(0, 1)),
        layers.Conv2D(32, kernel_size=5, activation="relu"),
        layers.MaxPooling2D(pool_size=2),
        layers.Conv2D(64, kernel_size=3, activation="relu"),
        layers.MaxPooling2D(pool_size=2),
        layers.Conv2D(128, kernel_size=3, activation="relu"),
        layers.MaxPooling2D(pool_size=2),
        layers.GlobalAveragePooling2D(),
        layers.Dropout(0.3),
        layers.Dense(len(classes), activation="softmax"),
    ]
)
model.summary()

# %% [markdown]
# Follow the shapes. 32 pixels become 28, and pooling halves that to 14. Then come 12 and 6, then 4
# and 2. So there are 128 maps of 2 x 2 numbers in the end. Global average pooling makes one number
# of each map. (With your pictures, of 64 x 64, these maps have 6 x 6 numbers.)
#
# ## Train
#
# What if you have 300 pictures of one class and only 30 of another? A network that always answers
# with the first class would be right for ten out of eleven, and might stop there. So we tell `fit`
# how much each class should count. If a class has only a tenth of the pictures, each of them counts
# ten times as much. Added up, all classes then count the same. (Keras calls this `class_weight`. It
# has nothing to do with the weights of the network.) Here all classes have the same size, so each
# counts 1.
#
# How long do we train, and how fast? We chose 25 epochs and the learning rate beforehand, on a
# strip of the left halves that the network did not learn from. As in boston_housing.py, the
# learning rate falls to 0 in the course of the training.

# %%
counts = np.bincount(y_train)
class_weight = {}
for k in range(len(classes)):
    class_weight[k] = len(y_train) / (len(classes) * counts[k])
    print(f"{classes[k]}: {counts[k]} training pictures, each counts {class_weight[k]:.2f}")

steps = args.epochs * int(np.ceil(len(x_train) / args.batch_size))
schedule = keras.optimizers.schedules.CosineDecay(args.learning_rate, decay_steps=steps)
model.compile(
    optimizer=keras.optimizers.Adam(schedule),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
history = model.fit(
    x_train,
    y_train,
    batch_size=args.batch_size,
    epochs=args.epochs,
    class_weight=class_weight,
    verbose=args.verbose,
)

# %% [markdown]
# ## Evaluate
#
# How many test pictures does the network recognise? We count class by class. A single number could
# hide that a rare class is always missed.

# %%
probability = model.predict(x_test, verbose=0)
y_pred = probability.argmax(axis=1)
for k in range(len(classes)):
    share = np.mean(y_pred[y_test == k] == k)
    print(f"{classes[k]}: {share:.0%} of {np.sum(y_test == k)} test pictures are recognised")

wrong = np.flatnonzero(y_pred != y_test)[:8]
figure, axes = plt.subplots(1, 8, figsize=(9, 2), layout="constrained")
for ax in axes:
    ax.axis("off")
for ax, i in zip(axes, wrong):
    ax.imshow(x_test[i].astype("uint8"))
    title = f"{classes[y_test[i]]},\nread as\n{classes[y_pred[i]]}"
    ax.set_title(title, size=9, parse_math=False)
figure.suptitle("Mistakes" if len(wrong) else "No mistakes at all")
plt.show()

# %% [markdown]
# Look at what went wrong. In our runs most of the mistakes were broad leaves in the grass that look
# like stones. Always look at the mistakes of a network, above all on your own pictures. You'll
# often find that the picture is bad, or that somebody has put it into the wrong folder.
#
# ## Your own pictures
#
# Now make such a folder of your own: a subfolder for each class, and the pictures in it. Then run
# `python examples/your_own_images.py --folder mine`. (In a notebook, write `folder="mine"` into
# `flags` above. On Colab, pack the folder into mine.zip, upload that, and run `!unzip mine.zip`.)
# The pictures can have any size, in colour or grey, and there may be more of one class than of
# another. JPEG and PNG always work. An iPhone may save HEIC files, which we can't read; export them
# as JPEG. If you name the files yourself, write cat-002 and not cat-2, so that they stay in the
# order in which you took them. Five pieces of advice:
#
# - **Take at least fifty pictures of each class**, on different days and in different places. If
#   all your cats lie on the same sofa, the network will learn to recognise the sofa.
# - **The thing should fill the picture.** We take the square in its middle, and keep only 64 x 64
#   pixels of that.
# - **Be suspicious of a result that's too good.** Are the last pictures of each class really
#   different from the first ones, or do they show the same cat a second later?
# - **Train longer if you have few pictures.** Our 1,395 tiles make 44 steps an epoch; 80 pictures
#   make only 3. If the training accuracy is still far from 1 in the last epochs, the network has
#   had too few steps. Try `--epochs 200` then.
# - **Don't choose by the test pictures.** If you try many settings and keep the best one, the test
#   pictures have helped to choose. Then take some new pictures for the last word.
#
# At the end the network is saved in `output/your_own_images/model.keras`. Copy the file to another
# place if you want to keep it, because the next run of this lesson replaces it. This is a whole
# program that shows it a new picture. Put it into the folder `examples`, with `new.jpg` beside it,
# and start it there. (In a notebook, you have nearly everything already: run only the last three
# lines.)
#
#     import keras
#     import numpy as np
#     from common.photos import load_image
#
#     classes = ["cat", "dog"]  # in the order in which the lesson lists those with pictures
#     model = keras.models.load_model("../output/your_own_images/model.keras")
#     image = load_image("new.jpg", 64).astype("float32")  # the size that --folder takes
#     answer = model.predict(image[np.newaxis], verbose=0)[0]  # a batch of one picture
#     print(classes[answer.argmax()], answer.max())
#
# The file doesn't hold the names of the classes, so you have to write them down here.
#
# With only a few pictures, don't expect miracles from a network that starts from nothing.
# transfer_learning.py shows what helps then, and has the lines to put in here.

# %%
args.output.mkdir(parents=True, exist_ok=True)
model.save(args.output / "model.keras")
print(f"Test accuracy: {np.mean(y_pred == y_test):.4f}")

# %% [markdown]
# ## What to try next
#
# - Leave out the two layers for contrast and brightness: 0.970 (5 seeds). Is the light in the right
#   halves really different?
# - Shuffle before the split, by `rows = np.random.permutation(np.flatnonzero(labels == k))`. Now
#   neighbours are in both parts. How good does the network seem to be?
# - Use batch normalisation, as in best_mnist.py: put `layers.BatchNormalization()` after the second
#   and the third convolution. Does it help, and what does it cost?
#
# Keras's reference:
# [GlobalAveragePooling2D](https://keras.io/api/layers/pooling_layers/global_average_pooling2d/).
