"""The code lists of `schemas/vocabularies` in memory: look up a code, a URI, a label, an alias."""

from catalog.vocabulary.folding import fold, search_forms
from catalog.vocabulary.lists import NAMES, Concept, Vocabulary, vocabulary
from catalog.vocabulary.tables import read_table

__all__ = ["NAMES", "Concept", "Vocabulary", "fold", "read_table", "search_forms", "vocabulary"]
