"""Scikit-learn on the Boston data, the same split: gradient boosting, or ridge regression.

`GradientBoostingRegressor` with its default settings; with `--ridge 1`, `RidgeCV`, which chooses its
penalty by cross-validation. https://scikit-learn.org/stable/modules/ensemble.html#gradient-boosting
and https://scikit-learn.org/stable/modules/linear_model.html#ridge-regression
"""

import time

import numpy as np
from inputs import boston_housing, options
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.linear_model import RidgeCV

args = options(ridge=0)
(x_train, y_train), (x_test, y_test) = boston_housing()
model = GradientBoostingRegressor(random_state=args.seed)
if args.ridge:
    model = RidgeCV(alphas=np.logspace(-3, 3, 25))

start_wall, start_cpu = time.perf_counter(), time.process_time()
model.fit(x_train, y_train)
training_wall = time.perf_counter() - start_wall
training_cpu = time.process_time() - start_cpu

error = model.predict(x_test) - y_test
test_rmse, test_mae = np.sqrt(np.mean(error**2)), np.mean(np.abs(error))
print(f"Test MAE: {test_mae:.2f}")
