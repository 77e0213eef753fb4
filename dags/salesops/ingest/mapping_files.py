"""Mapping files: which there are, and reading them so that a fault names file, line and remedy."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from salesops.errors import ConfigurationError
from salesops.ingest.mapping import Mapping

SHIPPED = Path(__file__).parent / "mappings"


class MappingFault(ConfigurationError):
    """A mapping file that cannot be used; `faults` has one line each, `file:line: what; remedy`."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__(faults[0] + (f" ({len(faults) - 1} more: run `salesops check`)" if len(faults) > 1 else ""))
        self.faults = faults


def mapping_files(config: Path | None) -> dict[str, Path]:
    """Every mapping file by its name; the company's own replaces or adds to the shipped ones."""
    files = {path.name: path for path in sorted(SHIPPED.glob("*.yml"))}
    if config is not None:
        files |= {path.name: path for path in sorted((config / "mappings").glob("*.yml"))}
    return files


def load_mappings(config: Path | None) -> dict[str, Mapping]:
    """Every mapping by its source. Raises MappingFault for the first file that cannot be used."""
    mappings: dict[str, Mapping] = {}
    for path in mapping_files(config).values():
        mapping = load_mapping(path)
        if mapping.source in mappings:
            raise MappingFault([f"{path}:1: source {mapping.source} has another mapping file; keep one of them"])
        mappings[mapping.source] = mapping
    return mappings


def load_mapping(path: Path) -> Mapping:
    """The mapping in a file. Raises MappingFault with every fault of it."""
    yaml = YAML()
    try:
        content = yaml.load(path.read_text(encoding="utf-8"))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise MappingFault([f"{path}:{line}: {error.problem or 'not YAML'}; mend the YAML"]) from error
    except UnicodeDecodeError as error:
        raise MappingFault([f"{path}:1: not UTF-8; save the file as UTF-8"]) from error
    try:
        return Mapping.model_validate(content)
    except ValidationError as error:
        raise MappingFault(list(_faults(path, content, error))) from error


def _faults(path: Path, content: Any, error: ValidationError) -> Iterator[str]:
    found = error.errors(include_url=False, include_input=False)
    for fault in found:
        # a list that lost a faulty item is not at fault itself
        if any(other["loc"][: len(fault["loc"])] == fault["loc"] != other["loc"] for other in found):
            continue
        line, trail = _locate(content, (*fault["loc"], *fault.get("ctx", {}).get("at", ())))
        message = fault["msg"].removeprefix("Value error, ")
        if fault["type"] == "extra_forbidden":
            message = "is no word of a mapping; remove it or see the reference in docs/ingest.md"
        elif fault["type"] == "missing":
            message = "is missing; add it"
        elif fault["type"] == "literal_error":
            message = f"is none of the known values; use {fault['ctx']['expected']}"
        yield f"{path}:{line}: {'.'.join(trail) or 'mapping'}: {message}"


def _locate(content: Any, loc: tuple[int | str, ...]) -> tuple[int, list[str]]:
    """The line of the deepest part of the path that the YAML has, and the path without pydantic's own steps."""
    line, trail, node = 1, [], content
    for step in loc:
        lines = getattr(node, "lc", None)
        try:
            position = lines.item(step) if isinstance(node, list) else lines.key(step)  # type: ignore[union-attr]
            node = node[step]
        except (AttributeError, KeyError, IndexError, TypeError):
            if isinstance(step, str) and not step.startswith("function-") and step != "constrained-str":
                trail.append(step)
            continue
        line = position[0] + 1
        trail.append(str(step))
    return line, trail
