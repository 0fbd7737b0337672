"""The machine as found and measured."""
