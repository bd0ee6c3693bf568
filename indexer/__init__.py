"""From bytes to policies to hits: reading documents, cutting them, reading rules out of words, searching."""
