"""Sample documents of our own making, for the demo, and the script that builds them from the bundled measures."""
