"""What simple methods say: cooperative solutions and forecasting baselines."""
