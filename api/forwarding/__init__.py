"""What is sent on to the city's platform."""
