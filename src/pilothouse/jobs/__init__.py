"""Background work: rows in the relational store, taken by workers that show signs of life."""
