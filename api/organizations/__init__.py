"""Organizations: properties, maintainers, the centre, supervising authorities."""
