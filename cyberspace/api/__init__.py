"""Python's door: what `import cyberspace` gives, made of all that lies below."""
