"""The augmented network of a much-copied introduction to CNNs: 5 epochs, said to reach 0.9938.

From https://www.kaggle.com/code/yassineghouzam/introduction-to-cnn-keras-0-997-top-6 (Y. Ghouzam,
2017): two 5x5 convolutions with 32 filters and two 3x3 with 64, "same", dropout, dense 256, RMSprop;
rotation by up to 10 degrees, zoom and shift by up to 0.1; batch 32 and 5 epochs, as in later copies.
Its `ImageDataGenerator` is gone from Keras 3, layers do the same here. Its rule that halves the
learning rate after 3 epochs without progress hardly matters within 5 and is left out.
"""

import keras
from inputs import mnist, options
from keras import layers

args = options(epochs=5)
keras.utils.set_random_seed(args.seed)
(x_train, y_train), (x_test, y_test) = mnist()

model = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.RandomRotation(10 / 360, fill_mode="nearest"),
        layers.RandomZoom((-0.1, 0.1), (-0.1, 0.1), fill_mode="nearest"),
        layers.RandomTranslation(0.1, 0.1, fill_mode="nearest"),
        layers.Conv2D(32, kernel_size=5, padding="same", activation="relu"),
        layers.Conv2D(32, kernel_size=5, padding="same", activation="relu"),
        layers.MaxPooling2D(),
        layers.Dropout(0.25),
        layers.Conv2D(64, kernel_size=3, padding="same", activation="relu"),
        layers.Conv2D(64, kernel_size=3, padding="same", activation="relu"),
        layers.MaxPooling2D(),
        layers.Dropout(0.25),
        layers.Flatten(),
        layers.Dense(256, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ]
)
model.compile("rmsprop", loss="categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, batch_size=32, epochs=args.epochs, verbose=2)
test_loss, test_accuracy = model.evaluate(x_test, y_test, verbose=0)
print(f"Test accuracy: {test_accuracy:.4f}")
