"""Accounts: who is signed in, and what the pages behind the sign-in may show them."""
