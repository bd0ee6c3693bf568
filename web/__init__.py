"""What people see: pages, the JSON API, and the checklist as a document."""
