"""Scikit-learn's logistic regression on the breast-cancer data: ten-fold cross-validation.

`LogisticRegression` with its default settings on standardised features, on the same ten folds as
`keras_logistic.py`.
https://scikit-learn.org/stable/modules/linear_model.html#logistic-regression
"""

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
for train, test in StratifiedKFold(10, shuffle=True, random_state=args.seed).split(x, y):
    model = make_pipeline(StandardScaler(), LogisticRegression())
    model.fit(x[train], y[train])
    probability[test] = model.predict_proba(x[test])[:, 1]

print(f"Log loss: {log_loss(y, probability):.4f}")
print(f"AUC: {roc_auc_score(y, probability):.4f}")
print(f"Test accuracy: {np.mean((probability > 0.5) == y):.4f}")
