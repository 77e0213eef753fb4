"""YAML with the line of each key, for messages that name file and line."""

from pathlib import Path
from typing import Any

from salesops.errors import ConfigurationError


def parse(file: Path) -> Any:
    """The document with its positions kept; raises ConfigurationError naming file, line and remedy."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError

    try:
        return YAML(typ="rt").load(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigurationError(f"{file}:1: does not exist: restore it from the project") from error
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problem = " ".join(str(error.problem or "not YAML").split())
        raise ConfigurationError(f"{file}:{line}: {problem}: mend the YAML") from error


def plain(value: Any) -> Any:
    """The document as plain dicts and lists, without positions; keys as text."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def line_of(mapping: Any, key: str) -> int:
    """The line on which a key of the mapping stands, counted from 1; that of the mapping when it lacks the key."""
    positions = getattr(mapping, "lc", None)
    if positions is None:
        return 1
    if positions.data and key in positions.data:
        return int(positions.data[key][0]) + 1
    return int(positions.line) + 1
