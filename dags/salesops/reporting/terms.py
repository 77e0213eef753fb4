"""Words for the codes that stand in the data: reasons of quarantine, faults, causes. No reader sees a code."""

from collections.abc import Callable

from salesops.errors import ConfigurationError
from salesops.quality.yaml_lines import parse
from salesops.reporting.languages import Language
from salesops.settings import Settings


def read_terms(settings: Settings) -> dict[str, dict[str, str]]:
    """Group → code → English words, from reports/terms.yml and the reasons of quarantine."""
    from salesops.ingest.reasons import REASONS

    file = settings.reports / "terms.yml"
    document = parse(file)
    if not isinstance(document, dict) or not all(isinstance(group, dict) for group in document.values()):
        raise ConfigurationError(f"{file}:1: not groups of codes: write group, then code: words")
    groups = {str(name): {str(code): str(words) for code, words in group.items()} for name, group in document.items()}
    return {"quarantine_reason": dict(REASONS)} | groups


def load_terms(settings: Settings, language: Language) -> Callable[[str, str | None], str]:
    """A function (group, code) → words in the language; a code without words is told with spaces for underscores."""
    groups = read_terms(settings)

    def term(group: str, code: str | None) -> str:
        if not code:
            return ""
        words = groups.get(group, {}).get(code)
        return language.gettext(words) if words else code.replace("_", " ")

    return term
