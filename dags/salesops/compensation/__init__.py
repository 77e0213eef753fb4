"""Commission periods, the ledger and payroll."""
