"""How fast and how large: each figure beside its floor, measured in processes of their own."""
