"""What the window is made of: each panel says when it must be drawn anew, draws itself, and tells where it can be clicked."""
