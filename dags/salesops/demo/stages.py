"""The demo company's own stages, as its Salesforce names them, and what a deal meets in each."""

from dataclasses import dataclass

WON, LOST, DISQUALIFIED = "Closed Won", "Closed Lost", "Disqualified"
ONBOARDING, LIVE = "Onboarding", "Live"


@dataclass(frozen=True)
class Stage:
    """Probability and forecast category as the CRM sets them; median days and chance of going on are how deals behave."""

    name: str
    probability: int
    category: str
    days: float = 0.0
    advance: float = 0.0


NEW_BUSINESS = (
    Stage("Qualification", 10, "Pipeline", 6, 0.62),
    Stage("Discovery", 20, "Pipeline", 12, 0.71),
    Stage("Demo", 35, "Pipeline", 12, 0.80),
    Stage("Technical Evaluation", 45, "Best Case", 12, 0.85),
    Stage("Proposal", 60, "Best Case", 13, 0.72),
    Stage("Negotiation", 75, "Commit", 10, 0.83),
    Stage("Verbal Commit", 90, "Commit", 7, 0.94),
)
EXPANSION = (
    Stage("Discovery", 20, "Pipeline", 12, 0.78),
    Stage("Demo", 35, "Pipeline", 8, 0.86),
    Stage("Proposal", 60, "Best Case", 11, 0.77),
    Stage("Negotiation", 75, "Commit", 8, 0.88),
    Stage("Verbal Commit", 90, "Commit", 5, 0.96),
)
RENEWAL = (
    Stage("Renewal Due", 70, "Best Case", 34, 0.965),
    Stage("Renewal Quote", 80, "Commit", 22, 0.95),
    Stage("Renewal Agreed", 95, "Commit", 7, 0.985),
)
CLOSED = (
    Stage(WON, 100, "Closed"),
    Stage(ONBOARDING, 100, "Closed"),
    Stage(LIVE, 100, "Closed"),
    Stage(LOST, 0, "Omitted"),
    Stage(DISQUALIFIED, 0, "Omitted"),
)
BY_KIND = {"new": NEW_BUSINESS, "expansion": EXPANSION, "renewal": RENEWAL}
BY_NAME = {stage.name: stage for stage in (*NEW_BUSINESS, *RENEWAL, *CLOSED)}
OPEN = frozenset(stage.name for stage in (*NEW_BUSINESS, *RENEWAL))
IS_WON = frozenset({WON, ONBOARDING, LIVE})
LOSS_REASONS = ("Price", "Competitor", "No Decision", "No Budget", "Timing", "Missing Feature", "Champion Left")
CHURN_REASONS = ("Price", "Competitor", "Low Adoption", "Insourced", "Merger")
DISQUALIFICATIONS = ("No Need", "No Budget", "Out of Scope", "Duplicate", "Test Record")
NEXT_STEPS = (
    "Send the proposal",
    "Demo with the process owners",
    "Call with procurement",
    "Wait for the security questionnaire",
    "Meet the sponsor",
    "Contract with legal",
    "Clarify the number of users",
    "",
)
