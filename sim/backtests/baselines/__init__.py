"""What simple methods say of the same cases."""
