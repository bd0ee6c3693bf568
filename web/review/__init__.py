"""What the pages of review and of documents work with: the desk, coloured words, forms of rules and amounts, books."""
