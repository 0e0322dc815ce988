"""What nobody knows: addressed streams, quantile functions, and every drawn number."""
