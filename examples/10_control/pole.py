"""A pole on a cart, twice: as gymnax has it, stepped by JAX, and as Gymnasium has it, stepped by Python."""

from cyberspace.tasks.environments import Functional, Replayed

SEEN = [(-2.4, 2.4), (-3.0, 3.0), (-0.21, 0.21), (-3.0, 3.0)]  # place and speed of the cart, angle and speed of the pole


class Pole(Functional):
    seen = SEEN

    def environment(self):
        import gymnax

        return gymnax.make("CartPole-v1")


class Cart(Replayed):
    name = "CartPole-v1"
    seen = SEEN
