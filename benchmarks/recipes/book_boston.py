"""The Boston network of "Deep Learning with Python": 80 epochs, MAE 2.55.

From F. Chollet, Deep Learning with Python (Manning, 2017), section 3.6, and its notebook
https://github.com/fchollet/deep-learning-with-python-notebooks: 64-64, RMSprop on the squared
error, batch 16, standardised features, the price in $1000s. The book chose 80 epochs by
cross-validation.
"""

import keras
import numpy as np
from inputs import boston_housing, options
from keras import layers

args = options(epochs=80)
keras.utils.set_random_seed(args.seed)
(x_train, y_train), (x_test, y_test) = boston_housing()

model = keras.Sequential(
    [
        keras.Input(shape=(13,)),
        layers.Dense(64, activation="relu"),
        layers.Dense(64, activation="relu"),
        layers.Dense(1),
    ]
)
model.compile("rmsprop", loss="mse", metrics=["mae"])
model.fit(x_train, y_train, epochs=args.epochs, batch_size=16, verbose=2)
error = model.predict_on_batch(x_test).ravel() - y_test
print(f"Test RMSE: {np.sqrt(np.mean(error**2)):.4f}")
print(f"Test MAE: {np.mean(np.abs(error)):.4f}")
