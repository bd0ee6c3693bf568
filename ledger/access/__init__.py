"""Who may sign in, and what each of them may read and change."""
