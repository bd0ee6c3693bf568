"""The search index: texts to words, words to a ranking of policies, and the query that a person types."""
