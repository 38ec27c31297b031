"""Which of the model datasets of the Musterdatenkatalog a record is: said by itself, or recognised by its words."""

from catalog.measure.models.catalogue import OTHER, Model, by_slug, model_of_label, model_of_uri, models
from catalog.measure.models.classify import Classifier, Found, shipped
from catalog.measure.models.figures import MEASURES
from catalog.measure.models.recognised import Recognised, keep_models

__all__ = [
    "MEASURES",
    "OTHER",
    "Classifier",
    "Found",
    "Model",
    "Recognised",
    "by_slug",
    "keep_models",
    "model_of_label",
    "model_of_uri",
    "models",
    "shipped",
]
