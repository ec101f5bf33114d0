"""Keras's own old example `mnist_mlp.py`: 20 epochs, said to reach 0.9840.

From https://github.com/keras-team/keras/blob/2.3.1/examples/mnist_mlp.py: two dense layers of 512
with dropout 0.2, RMSprop, batch 128. It printed the test accuracy after every epoch.
"""

import keras
from inputs import mnist, options
from keras import layers

args = options(epochs=20)
keras.utils.set_random_seed(args.seed)
(x_train, y_train), (x_test, y_test) = mnist()
x_train, x_test = x_train.reshape(-1, 784), x_test.reshape(-1, 784)

model = keras.Sequential(
    [
        keras.Input(shape=(784,)),
        layers.Dense(512, activation="relu"),
        layers.Dropout(0.2),
        layers.Dense(512, activation="relu"),
        layers.Dropout(0.2),
        layers.Dense(10, activation="softmax"),
    ]
)
model.compile("rmsprop", loss="categorical_crossentropy", metrics=["accuracy"])
test = (x_test, y_test)
model.fit(x_train, y_train, batch_size=128, epochs=args.epochs, validation_data=test, verbose=2)
test_loss, test_accuracy = model.evaluate(x_test, y_test, verbose=0)
print(f"Test accuracy: {test_accuracy:.4f}")
