"""The one door of a scenario: YAML, checks, messages, and the author's guide."""
