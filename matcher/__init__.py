"""Who gets what, and why: verdicts in three values, findings, worth. Pure."""
