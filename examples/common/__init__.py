"""Plumbing of the lessons; every lesson says how to do without it."""

from . import start  # first: what has to happen before Keras is loaded
from .data import find_data, load_boston_housing, load_breast_cancer, load_mnist
from .options import flags
from .photos import find_digits, load_photos
from .several import join, share
