"""The convolutional network of keras.io: 15 epochs of 54,000 images, about 0.992.

From https://keras.io/examples/vision/mnist_convnet/ ("Simple MNIST convnet", F. Chollet): two 3x3
convolutions with 32 and 64 filters, each with ReLU and pooling, dropout 0.5, Adam, batch 128, a
tenth of the training images for validation.
"""

import keras
from inputs import mnist, options
from keras import layers

args = options(epochs=15)
keras.utils.set_random_seed(args.seed)
(x_train, y_train), (x_test, y_test) = mnist()

model = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.Conv2D(32, kernel_size=3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(64, kernel_size=3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ]
)
model.compile("adam", loss="categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, batch_size=128, epochs=args.epochs, validation_split=0.1, verbose=2)
test_loss, test_accuracy = model.evaluate(x_test, y_test, verbose=0)
print(f"Test accuracy: {test_accuracy:.4f}")
