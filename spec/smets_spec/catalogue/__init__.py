"""The catalogue of requirements: what the authored YAML says, held against the clause index."""

from smets_spec.catalogue.catalogue import Catalogue, load_catalogue, read_catalogue, requirements_root
from smets_spec.catalogue.texts import Texts, installed_texts
from smets_spec.catalogue.types import (
    Example,
    Informative,
    Interpretation,
    Place,
    Records,
    Requirement,
    Reviewed,
    Source,
)
from smets_spec.strict_yaml import Problem, YamlProblem

__all__ = [
    "Catalogue",
    "Example",
    "Informative",
    "Interpretation",
    "Place",
    "Problem",
    "Records",
    "Requirement",
    "Reviewed",
    "Source",
    "Texts",
    "YamlProblem",
    "installed_texts",
    "load_catalogue",
    "read_catalogue",
    "requirements_root",
]
