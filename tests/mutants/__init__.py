"""Small edits that break the code, each in a way that one law must notice."""
