"""政策找企业: whom a change touches, what they are told, and the ways that reach them."""
