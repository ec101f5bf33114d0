"""Scikit-learn on the Boston data, the same split: gradient boosting, or ridge regression.

`GradientBoostingRegressor` with its default settings; with `--ridge 1`, `RidgeCV`, which chooses
its penalty by cross-validation. https://scikit-learn.org/stable/modules/ensemble.html#gradient-boosting
and https://scikit-learn.org/stable/modules/linear_model.html#ridge-regression
"""

import numpy as np
from inputs import boston_housing, options
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.linear_model import RidgeCV

args = options(ridge=0)
(x_train, y_train), (x_test, y_test) = boston_housing()
model = GradientBoostingRegressor(random_state=args.seed)
if args.ridge:
    model = RidgeCV(alphas=np.logspace(-3, 3, 25))

model.fit(x_train, y_train)
error = model.predict(x_test) - y_test
print(f"Test RMSE: {np.sqrt(np.mean(error**2)):.4f}")
print(f"Test MAE: {np.mean(np.abs(error)):.4f}")
