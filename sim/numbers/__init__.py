"""Numbers that are known, half known or assumed, and what each rests on."""
