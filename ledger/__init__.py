"""What happened: enterprises, who was told, who applied, who was paid, and where it got stuck."""
