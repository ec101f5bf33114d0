"""The model of `examples/logistic_regression.py` in ten-fold cross-validation.

The same neuron, penalty, optimizer and steps as the lesson, on the same ten folds as
`scikit_logistic.py`; `tests/test_benchmarks.py` compares the two files. The training time is that of
one fold.
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "examples"))

import common  # isort: skip  # noqa: F401 - quiet start-up

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
training_wall = training_cpu = 0
for train, test in StratifiedKFold(10, shuffle=True, random_state=args.seed).split(x, y):
    mean, std = x[train].mean(axis=0), x[train].std(axis=0)
    x_train, x_test = (x[train] - mean) / std, (x[test] - mean) / std
    penalty = keras.regularizers.L2(0.002)
    model = keras.Sequential(
        [
            keras.Input(shape=(30,)),
            layers.Dense(1, activation="sigmoid", kernel_regularizer=penalty),
        ]
    )
    optimizer = keras.optimizers.SGD(0.3, momentum=0.95, nesterov=True)
    model.compile(optimizer=optimizer, loss="binary_crossentropy")
    start_wall, start_cpu = time.perf_counter(), time.process_time()
    for _ in range(args.epochs):
        model.train_on_batch(x_train, y[train])
    training_wall += (time.perf_counter() - start_wall) / 10
    training_cpu += (time.process_time() - start_cpu) / 10
    probability[test] = keras.ops.convert_to_numpy(model(x_test)).ravel()

test_accuracy = np.mean((probability > 0.5) == y)
test_log_loss, auc = log_loss(y, probability), roc_auc_score(y, probability)
print(f"Ten-fold accuracy {test_accuracy:.4f}, log loss {test_log_loss:.4f}, AUC {auc:.4f}")
