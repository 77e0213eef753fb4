"""The words by which a draft knows entities and columns: entities.yml and what CRMs call them, draft_words.yml."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from salesops.ingest.entities import load_entities

WORDS_FILE = Path(__file__).with_name("draft_words.yml")


@dataclass(frozen=True)
class Words:
    """Phrases are lower case, singular, with single blanks."""

    entities: dict[str, list[str]]
    no_entity: list[str]
    columns: dict[str, dict[str, list[str]]]
    """by entity and canonical column"""
    name_parts: list[list[str]]
    """what first and last name are called"""
    constants: dict[str, dict[str, str]]
    attributes: dict[str, str]
    """attribute of a history: the opportunity's column whose names it shares"""
    nulls: list[str]
    signs: list[str]
    flags: dict[str, str]


@cache
def words(path: Path = WORDS_FILE) -> Words:
    """Every word, those of columns spread over the entities that have them."""
    content = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    entities = {name: [phrase(name), *map(phrase, content["entities"].get(name, []))] for name in load_entities()}
    known = {name for names in entities.values() for name in names}
    return Words(
        entities=entities,
        no_entity=[name for name in map(phrase, content["no_entity"]) if name not in known],
        columns={name: _columns(name, entities, content["columns"]) for name in load_entities()},
        name_parts=content["name_parts"],
        constants=content["constants"],
        attributes=content["attributes"],
        nulls=content["nulls"],
        signs=content["signs"],
        flags={str(text).casefold(): value for value, texts in content["flags"].items() for text in texts},
    )


@cache
def phrase(name: str) -> str:
    """`(Do Not Modify) DealStages__c` as "deal stage": words in lower case and singular, without those that say nothing."""
    name = re.sub(r"\([^)]*\)", " ", name) if re.sub(r"\([^)]*\)", "", name).strip() else name
    plain = "".join(char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char))
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", plain)
    found = [_singular(word) for word in re.split(r"[\W_]+", split.lower()) if word]
    return " ".join(word for word in found if word not in ("property", "hs", "c", "the", "of")) or " ".join(found)


def _columns(entity: str, entities: dict[str, list[str]], listed: dict[str, Any]) -> dict[str, list[str]]:
    own = entities[entity]
    columns = {}
    for name, spec in load_entities()[entity].columns.items():
        known = [phrase(name), *map(phrase, listed.get(f"{entity}.{name}", listed.get(name, [])))]
        start = own[0] + " "
        if known[0].startswith(start):
            # opportunity_name is name, deal name …
            rest = known[0].removeprefix(start)
            known += [rest, *(f"{other} {rest}" for other in own)]
            if rest == "id":
                known += [f"{other} {word}" for other in own for word in ("key", "number", "no", "code")]
        if spec.references is not None and known[0].endswith(" id"):
            role = known[0].removesuffix(" id")
            others = entities.get(spec.references, []) if role == phrase(spec.references) else [role]
            known += [f"{other}{end}" for other in (role, *others) for end in (" id", "", " name", " key")]
        columns[name] = list(dict.fromkeys(known))
    return columns


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3 else word
