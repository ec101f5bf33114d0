"""The convolutional network of an old Chinese blog tutorial: 12 epochs, said to reach 0.9887.

As the project's notes describe it (the page itself is not reachable from here): two 3x3
convolutions "same" with 32 and 64 filters, each followed by 2x2 pooling with STRIDE 1, which makes
the maps hardly smaller; dropout 0.25, a dense layer of 128 without activation, Adam with learning
rate 0.0001, batch 128. Written for Keras 1 and 2; this is the same on Keras 3.
"""

import keras
from inputs import mnist, options
from keras import layers

args = options(epochs=12)
keras.utils.set_random_seed(args.seed)
(x_train, y_train), (x_test, y_test) = mnist()

model = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.Conv2D(32, kernel_size=3, padding="same", activation="relu"),
        layers.MaxPooling2D(pool_size=2, strides=1),
        layers.Conv2D(64, kernel_size=3, padding="same", activation="relu"),
        layers.MaxPooling2D(pool_size=2, strides=1),
        layers.Dropout(0.25),
        layers.Flatten(),
        layers.Dense(128),
        layers.Dense(10, activation="softmax"),
    ]
)
adam = keras.optimizers.Adam(learning_rate=1e-4)
model.compile(adam, loss="categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, batch_size=128, epochs=args.epochs, verbose=2)
test_loss, test_accuracy = model.evaluate(x_test, y_test, verbose=0)
print(f"Test accuracy: {test_accuracy:.4f}")
