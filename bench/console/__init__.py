"""The console's benchmark: press → visible on the board, and mouth → ear between cabin and browser."""
