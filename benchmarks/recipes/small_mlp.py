"""The 784-32-10 network of old Keras tutorials: 2 epochs.

From https://github.com/MorvanZhou/tutorials (kerasTUT/5-classifier_example.py): one hidden layer of
32, RMSprop with learning rate 0.001, batch 32, 2 epochs.
"""

import keras
from inputs import mnist, options
from keras import layers

args = options(epochs=2)
keras.utils.set_random_seed(args.seed)
(x_train, y_train), (x_test, y_test) = mnist()
x_train, x_test = x_train.reshape(-1, 784), x_test.reshape(-1, 784)

model = keras.Sequential(
    [
        keras.Input(shape=(784,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]
)
rmsprop = keras.optimizers.RMSprop(learning_rate=0.001, rho=0.9, epsilon=1e-8)
model.compile(rmsprop, loss="categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, batch_size=32, epochs=args.epochs, verbose=2)
test_loss, test_accuracy = model.evaluate(x_test, y_test, verbose=0)
print(f"Test accuracy: {test_accuracy:.4f}")
