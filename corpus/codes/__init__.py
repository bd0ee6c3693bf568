"""Codes and names that policies and enterprises share: regions, industries, size classes, titles.

Data files of facts with thin look-ups; where the facts come from and how sure they are is in README.md beside them.
"""
