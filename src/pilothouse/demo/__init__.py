"""A believable month of a shop's support assistant, so that every page shows what it is for."""
