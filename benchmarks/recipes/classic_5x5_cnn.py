"""The two-layer network of the early TensorFlow and Keras tutorials: one epoch.

From "Deep MNIST for Experts" (TensorFlow's own tutorial up to version 1.4) and its Keras version in
https://github.com/MorvanZhou/tutorials (kerasTUT): 5x5 convolutions "same" with 32 and 64 filters,
each with ReLU and 2x2 pooling, a dense layer of 1024, Adam with learning rate 0.0001, batch 64.
"""

import keras
from inputs import mnist, options
from keras import layers

args = options(epochs=1)
keras.utils.set_random_seed(args.seed)
(x_train, y_train), (x_test, y_test) = mnist()

model = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.Conv2D(32, kernel_size=5, padding="same", activation="relu"),
        layers.MaxPooling2D(padding="same"),
        layers.Conv2D(64, kernel_size=5, padding="same", activation="relu"),
        layers.MaxPooling2D(padding="same"),
        layers.Flatten(),
        layers.Dense(1024, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]
)
adam = keras.optimizers.Adam(learning_rate=1e-4)
model.compile(adam, loss="categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, batch_size=64, epochs=args.epochs, verbose=2)
test_loss, test_accuracy = model.evaluate(x_test, y_test, verbose=0)
print(f"Test accuracy: {test_accuracy:.4f}")
