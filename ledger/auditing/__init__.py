"""From computed eligibility to payment: standings kept as files, the funnel, where it is stuck, and who by name."""
