"""Tables of an office into the ledger and out again: enterprises, uptake, and every table as a file."""
