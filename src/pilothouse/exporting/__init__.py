"""What leaves for storage of others, again and again."""
