"""The model of `examples/logistic_regression.py` in ten-fold cross-validation.

The same neuron, penalty, optimizer and steps, on the same ten folds as `scikit_logistic.py`.
"""

import keras
import numpy as np
from inputs import breast_cancer, options
from keras import layers
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.model_selection import StratifiedKFold

args = options(epochs=400)
keras.utils.set_random_seed(args.seed)
x, y = breast_cancer()
probability = np.zeros(len(y))
for train, test in StratifiedKFold(10, shuffle=True, random_state=args.seed).split(x, y):
    mean, std = x[train].mean(axis=0), x[train].std(axis=0)
    x_train, x_test = (x[train] - mean) / std, (x[test] - mean) / std
    penalty = keras.regularizers.L2(0.002)
    neuron = layers.Dense(1, activation="sigmoid", kernel_regularizer=penalty)
    model = keras.Sequential([keras.Input(shape=(30,)), neuron])
    optimizer = keras.optimizers.SGD(0.3, momentum=0.95, nesterov=True)
    model.compile(optimizer=optimizer, loss="binary_crossentropy")
    for _ in range(args.epochs):
        model.train_on_batch(x_train, y[train])
    probability[test] = keras.ops.convert_to_numpy(model(x_test)).ravel()

print(f"Log loss: {log_loss(y, probability):.4f}")
print(f"AUC: {roc_auc_score(y, probability):.4f}")
print(f"Test accuracy: {np.mean((probability > 0.5) == y):.4f}")
