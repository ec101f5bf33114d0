"""Scikit-learn's logistic regression on the breast-cancer data: ten-fold cross-validation.

`LogisticRegression` with its default settings on standardised features, on the same ten folds as
`keras_logistic.py`. The training time is that of one fold.
https://scikit-learn.org/stable/modules/linear_model.html#logistic-regression
"""

import time

import numpy as np
from inputs import breast_cancer, options
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

args = options()
x, y = breast_cancer()
probability = np.zeros(len(y))
training_wall = training_cpu = 0
for train, test in StratifiedKFold(10, shuffle=True, random_state=args.seed).split(x, y):
    model = make_pipeline(StandardScaler(), LogisticRegression())
    start_wall, start_cpu = time.perf_counter(), time.process_time()
    model.fit(x[train], y[train])
    training_wall += (time.perf_counter() - start_wall) / 10
    training_cpu += (time.process_time() - start_cpu) / 10
    probability[test] = model.predict_proba(x[test])[:, 1]

test_accuracy = np.mean((probability > 0.5) == y)
test_log_loss, auc = log_loss(y, probability), roc_auc_score(y, probability)
print(f"Ten-fold accuracy {test_accuracy:.4f}, log loss {test_log_loss:.4f}, AUC {auc:.4f}")
