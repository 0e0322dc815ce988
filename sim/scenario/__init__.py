"""What is negotiated: frozen, validated data; knows nothing of arrays, Mesa or Hydra."""
