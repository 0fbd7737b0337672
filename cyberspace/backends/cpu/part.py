"""Parts of kernels: functions that only kernels call, compiled once and optimised where they end up.

numba optimises every function that it compiles, and makes machine code of it, whether or not anybody calls it from Python: what stands
six calls deep is optimised seven times, each time with all that it calls.  A part is typed and written down once, and left as it is to
the kernels: they link it and optimise it with themselves.
"""

# mypy: allow-untyped-defs
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba.core import types
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Flags, compile_extra
from numba.core.registry import cpu_target
from numba.core.types.misc import unliteral
from numba.core.typing.templates import AbstractTemplate, infer, infer_global

PARTS: dict[Callable[..., object], int] = {}
"""All parts, with how often each was compiled: once for each set of types."""

LISTENERS: list[Callable[[Callable[..., object]], None]] = []
"""Are told of a part that is about to be compiled."""


def part(function: Callable[..., object]) -> Callable[..., Any]:
    """Let kernels call a function: it makes no arrays but by `cyberspace.backends.cpu.scratch`, and divides by no 0."""
    return _known(function, nrt=False, error_model="numpy")


def theirs(function: Callable[..., object]) -> Callable[..., Any]:
    """The same for what may be a user's: it may make arrays, and a division by 0 is told."""
    return _known(function, nrt=True, error_model="python")


def _known(function: Callable[..., object], **options: object) -> Callable[..., Any]:
    if function not in PARTS:
        PARTS[function], made = 0, {}

        def generic(self, args, kws):
            args = tuple(unliteral(kind) for kind in args)
            if args not in made:
                for tell in LISTENERS:
                    tell(function)
                made[args] = _compiled(self.context, function, args, options)
                PARTS[function] += 1
            return made[args].signature

        methods = {"generic": generic, "get_impl_key": lambda self, signature: made[signature.args]}
        template = type(f"Part_{function.__name__}", (AbstractTemplate,), {"key": function, **methods})
        infer(template)
        infer_global(function, types.Function(template))
    return function


def _compiled(typing, function, args, options):
    """What numba makes of a function for some types, up to but not including its optimisation."""
    flags, target = Flags(), cpu_target.target_context
    flags.no_compile = flags.no_cpython_wrapper = flags.no_cfunc_wrapper = True
    for name, value in options.items():
        setattr(flags, name, value)
    library = _Loose(target.codegen(), function.__qualname__)
    made = _Made(compile_extra(typing, target, function, args, None, flags, {}, library=library))
    target.insert_user_function(made, made.result.fndesc, [library])
    return made


class _Made:
    """A compiled part; numba finds it by itself."""

    def __init__(self, result):
        self.result, self.signature = result, result.signature


class _Loose(JITCodeLibrary):  # type: ignore[misc]
    """Code that is linked into others and lies nowhere by itself."""

    def _optimize_functions(self, ll_module):
        ll_module.data_layout = self._codegen._data_layout

    def _optimize_final_module(self):
        pass

    def _finalize_final_module(self):
        self._finalized = True
