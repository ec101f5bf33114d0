"""Scikit-learn's PCA with two numbers for each image of MNIST, and what its map is worth.

The error is the mean squared one between the test images and what is drawn from their two numbers;
then 15 nearest neighbours on the map, among the training images, vote for a digit, as in
autoencoder.py. Nothing here is random.
https://scikit-learn.org/stable/modules/decomposition.html#pca
"""

import numpy as np
from inputs import mnist, options
from sklearn.decomposition import PCA
from sklearn.neighbors import KNeighborsClassifier

options()
(x_train, y_train), (x_test, y_test) = mnist()
x_train, x_test = x_train.reshape(-1, 784), x_test.reshape(-1, 784)
pca = PCA(2).fit(x_train)
codes = pca.transform(x_test)
neighbours = KNeighborsClassifier(15).fit(pca.transform(x_train), y_train.argmax(axis=1))
print(f"Right digit from the neighbours: {neighbours.score(codes, y_test.argmax(axis=1)):.4f}")
print(f"Test error: {np.mean((pca.inverse_transform(codes) - x_test) ** 2):.4f}")
