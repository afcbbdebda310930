"""The links between requirements and checks, written at both ends, which have to agree."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from smets_spec.catalogue.catalogue import Catalogue
from smets_spec.strict_yaml import Problem


def links(catalogue: Catalogue, verifies: Mapping[str, tuple[str, ...]]) -> list[Problem]:
    """Return every disagreement between the checks that requirements name and the requirements that checks name.

    `verifies` maps the id of each check there is to the requirements it verifies.
    """
    problems: list[Problem] = []
    for requirement in catalogue.requirements.values():
        place = catalogue.places[requirement.id]
        for check in requirement.checks:
            if check not in verifies:
                near = get_close_matches(check, verifies, n=1)
                right = f"did you mean {near[0]}?" if near else "write it, or run smets requirement fix"
                what = f"{requirement.id} names the check {check!r}, which there is not"
            elif requirement.id not in verifies[check]:
                what = f"{requirement.id} names the check {check}, which does not verify it"
                right = "add it to the check's @verifies, or run smets requirement fix"
            else:
                continue
            problems.append(Problem(place.file, place.line, what, right))
    for check, named in verifies.items():
        for each in named:
            if each not in catalogue.requirements:
                near = get_close_matches(each, catalogue.requirements, n=1)
                right = f"did you mean {near[0]}?" if near else "write the requirement, or take it out of @verifies"
                problems.append(Problem(_file_of(check), 1, f"{check} verifies {each!r}, which there is not", right))
            elif check not in catalogue.requirements[each].checks:
                place = catalogue.places[each]
                what = f"{each} does not name the check {check}, which verifies it"
                problems.append(Problem(place.file, place.line, what, "run smets requirement fix"))
    return problems


def _file_of(check: str) -> str:
    """Return the file of a check by its id: folder, file and function."""
    folder, _, rest = check.partition(".")
    return f"checks/{folder}/check_{rest.partition('.')[0].replace('-', '_')}.py"
