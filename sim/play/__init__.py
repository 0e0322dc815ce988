"""Where worlds are played, and what they become: many of them, or one."""
