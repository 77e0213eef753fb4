"""What may be said to `salesops demo --crm`: who keeps sales, and after a plus sign who keeps marketing."""

CRMS = ("salesforce+hubspot", "salesforce", "hubspot", "pipedrive", "zoho", "dynamics")
DEFAULT = CRMS[0]
