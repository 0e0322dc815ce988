"""What comes from outside: files, names and texts that others wrote, held to be hostile."""
