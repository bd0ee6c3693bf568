"""The pages, a file for each part of the site: the views are a few lines over library calls."""
