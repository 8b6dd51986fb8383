"""What the evidence log costs, and how quickly it is checked."""
