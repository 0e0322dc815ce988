"""Public files as they are published become cases."""
