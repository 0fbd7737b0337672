"""From TOML to a universe."""
