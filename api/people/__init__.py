"""People of organizations: guards, maintainers, operators."""
