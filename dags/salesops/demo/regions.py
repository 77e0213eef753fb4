"""Where the demo company sells: regions, countries, cities, currencies, and how the CRM's own territories are called."""

from bisect import bisect
from dataclasses import dataclass
from itertools import accumulate
from random import Random

CITIES = {
    "Germany": "Berlin:10115 Hamburg:20095 München:80331 Köln:50667 Stuttgart:70173 Leipzig:04109 Dresden:01067 Bremen:28195",
    "Austria": "Wien:1010 Graz:8010 Linz:4020 Salzburg:5020",
    "Switzerland": "Zürich:8001 Basel:4001 Bern:3011 Genève:1201",
    "United Kingdom": "London:EC1A Manchester:M1 Bristol:BS1 Leeds:LS1 Edinburgh:EH1 Cardiff:CF10",
    "Ireland": "Dublin:D02 Cork:T12 Galway:H91",
    "Sweden": "Stockholm:111 Göteborg:411 Malmö:211",
    "Norway": "Oslo:0150 Bergen:5003",
    "Denmark": "København:1050 Aarhus:8000",
    "Finland": "Helsinki:00100 Tampere:33100",
    "Italy": "Milano:20121 Roma:00184 Torino:10121 Bologna:40121",
    "Spain": "Madrid:28001 Barcelona:08001 Valencia:46001",
    "France": "Paris:75001 Lyon:69001 Lille:59000",
    "Portugal": "Lisboa:1100 Porto:4000",
    "United States": "New_York:10001 Chicago:60601 Austin:78701 Denver:80202 Seattle:98101 Boston:02108 Atlanta:30303",
    "Canada": "Toronto:M5H Vancouver:V6B Montréal:H2Y",
    "United Arab Emirates": "Dubai:00000 Abu_Dhabi:00000",
    "Saudi Arabia": "Riyadh:11564 Jeddah:21442",
    "Egypt": "Cairo:11511 Alexandria:21500",
    "Thailand": "Bangkok:10330 Chiang_Mai:50000",
    "Singapore": "Singapore:018956",
    "Australia": "Sydney:2000 Melbourne:3000",
    "Brazil": "São_Paulo:01000-000 Recife:50000-000",
}


@dataclass(frozen=True)
class Region:
    """A region: its share of new accounts, countries with their shares, hours east of Greenwich, pool of names."""

    name: str
    share: float
    countries: dict[str, float]
    offset: int
    names: tuple[str, ...]


REGIONS = (
    Region("DACH", 0.29, {"Germany": 0.74, "Austria": 0.13, "Switzerland": 0.13}, 1, ("german",)),
    Region("UK & Ireland", 0.16, {"United Kingdom": 0.84, "Ireland": 0.16}, 0, ("english",)),
    Region("Nordics", 0.10, {"Sweden": 0.4, "Norway": 0.2, "Denmark": 0.22, "Finland": 0.18}, 1, ("nordic",)),
    Region("Southern Europe", 0.13, {"Italy": 0.34, "Spain": 0.28, "France": 0.28, "Portugal": 0.1}, 1, ("romance",)),
    Region("North America", 0.17, {"United States": 0.82, "Canada": 0.18}, -6, ("english",)),
    Region("MENA", 0.075, {"United Arab Emirates": 0.5, "Saudi Arabia": 0.3, "Egypt": 0.2}, 4, ("arabic", "arabic", "persian")),
    Region("APAC", 0.072, {"Thailand": 0.5, "Singapore": 0.25, "Australia": 0.25}, 7, ("thai", "thai", "english")),
    # nobody has drawn a territory here yet: accounts of this region are the gap
    Region("LATAM", 0.003, {"Brazil": 1.0}, -3, ("romance",)),
)
BY_NAME = {region.name: region for region in REGIONS}
EUROS_IN = {"EUR": 1.0, "USD": 0.92, "GBP": 1.16}
"""about what a unit is worth; amounts are thought of in euros and written in the deal's currency"""
_SHARES = list(accumulate(region.share for region in REGIONS))


def pick_region(rng: Random) -> Region:
    """A region by its share."""
    return REGIONS[min(bisect(_SHARES, rng.random() * _SHARES[-1]), len(REGIONS) - 1)]


def pick_country(rng: Random, region: Region) -> tuple[str, str, str]:
    """Country, city and postal code."""
    chance, country = rng.random(), ""
    for name, share in region.countries.items():
        country, chance = name, chance - share
        if chance < 0:
            break
    city, code = rng.choice(CITIES[country].split()).split(":")
    return country, city.replace("_", " "), code


def currency_of(rng: Random, country: str, region: Region) -> str:
    """The currency that an account buys in."""
    if country == "United Kingdom":
        return "GBP" if rng.random() < 0.93 else "EUR"
    if region.name in ("North America", "MENA", "APAC", "LATAM"):
        return "USD"
    return "EUR" if rng.random() < 0.98 else "USD"


def crm_territory(region: Region, employees: int) -> str:
    """The territory field that the CRM fills by a rule of its own, which nobody has kept up to date."""
    if region.name in ("DACH", "North America"):
        return f"{region.name} {'Enterprise' if employees >= 1000 else 'Mid-Market'}"
    if region.name in ("Nordics", "Southern Europe"):
        return "Europe"
    return "" if region.name == "LATAM" else region.name
