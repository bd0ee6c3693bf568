"""What the policies say: the vocabulary, the registry of facts, codes, and where policies are kept."""
