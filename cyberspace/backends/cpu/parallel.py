"""Kernels over chunks by all threads, without numba's `parallel=True`.

That compiles what is parallel twice over, and with a text of its own for each place; here one loop, written once, hands out the chunks of
a function that is compiled as any other.  The threads are numba's.
"""

# mypy: allow-untyped-defs
from __future__ import annotations

from llvmlite import ir
from numba.core import cgutils, types
from numba.core.types.containers import StarArgTuple
from numba.core.typing import signature
from numba.extending import intrinsic
from numba.np.ufunc.parallel import _launch_threads

_INT, _TEXT = ir.IntType(64), ir.IntType(8).as_pointer()
_INTS, _TEXTS = _INT.as_pointer(), _TEXT.as_pointer()
_STATUS = ir.IntType(32)


@intrinsic
def in_parallel(typing, function, chunks, *given):
    """Call function(chunk, *given) for every chunk from 0 on, in no order, by all threads; it returns nothing.

    What it raises is raised here, once all threads are done.
    """
    function.get_call_type(typing, (types.intp, *given), {})
    kind = StarArgTuple.from_types(given)

    def generate(context, builder, signature, args):
        context.active_code_library._reload_init.add(_launch_threads)
        _launch_threads()
        _Call(context, builder, signature.args[0], given, args[2]).go(context.cast(builder, args[1], chunks, types.intp))
        return context.get_dummy_value()

    return signature(types.none, function, chunks, kind), generate


class _Call:
    """Writes the code of one place where chunks are handed out; what all threads share lies in a struct."""

    def __init__(self, context, builder, function, given, packed):
        self._context, self._builder, self._function, self._given = context, builder, function, given
        self._error = context.call_conv._get_excinfo_argument(builder.function).type.pointee
        self._kind = ir.LiteralStructType([packed.type, _INT, _INT, _STATUS, self._error])
        self._packed = packed

    def go(self, chunks):
        """Run it."""
        builder = self._builder
        threads = builder.call(cgutils.get_or_insert_function(builder.module, ir.FunctionType(_INT, []), "get_num_threads"), [])
        shared = cgutils.alloca_once(builder, self._kind)
        for k, value in enumerate((self._packed, chunks, threads, _STATUS(0), cgutils.get_null_value(self._error))):
            builder.store(value, self._part(builder, shared, k))
        worker, data = self._worker(), builder.bitcast(shared, _TEXT)
        # One "array", whose elements are the numbers of the threads: its address is the number of the first one of a worker.
        arrays, counts, steps = (cgutils.alloca_once(builder, kind) for kind in (_TEXT, _INT, _INT))
        for place, value in ((arrays, cgutils.get_null_value(_TEXT)), (counts, threads), (steps, _INT(1))):
            builder.store(value, place)
        with builder.if_else(builder.icmp_signed("==", threads, _INT(1))) as (alone, together):
            with alone:
                builder.call(worker, [arrays, counts, steps, data])
            with together:
                kind = ir.FunctionType(ir.VoidType(), [_TEXT, _TEXTS, _INTS, _INTS, _TEXT, _INT, _INT, ir.IntType(32)])
                spread = cgutils.get_or_insert_function(builder.module, kind, "numba_parallel_for")
                pointer, few = builder.bitcast(worker, _TEXT), builder.trunc(threads, ir.IntType(32))
                builder.call(spread, [pointer, arrays, counts, steps, data, _INT(0), _INT(1), few])
        self._raise(shared)

    def _part(self, builder, shared, k):
        return builder.gep(shared, [ir.IntType(32)(0), ir.IntType(32)(k)], inbounds=True)

    def _raise(self, shared):
        """Raise what a chunk raised."""
        builder = self._builder
        code = builder.load(self._part(builder, shared, 3))
        with cgutils.if_unlikely(builder, cgutils.is_not_null(builder, code)):
            builder.store(
                builder.load(self._part(builder, shared, 4)), self._context.call_conv._get_excinfo_argument(builder.function)
            )
            builder.ret(code)

    def _worker(self):
        """The function that numba's threads call: the chunks of the threads whose numbers it is given."""
        kind = ir.FunctionType(ir.VoidType(), [_TEXTS, _INTS, _INTS, _TEXT])
        worker, one = self._define(kind, "worker", "noinline"), self._one()
        builder = ir.IRBuilder(worker.append_basic_block())
        arrays, counts, _, data = worker.args
        shared = builder.bitcast(data, self._kind.as_pointer())
        first = builder.ptrtoint(builder.load(arrays), _INT)
        chunks, threads = (builder.load(self._part(builder, shared, k)) for k in (1, 2))
        bounds = [
            builder.udiv(builder.mul(edge, chunks), threads) for edge in (first, builder.add(first, builder.load(counts)))
        ]
        nothing, error = cgutils.alloca_once(builder, _TEXT), cgutils.alloca_once(builder, self._error)
        with cgutils.for_range_slice(builder, *bounds, _INT(1), _INT) as (chunk, _):
            code = builder.call(one, [nothing, error, shared, chunk])
            with cgutils.if_unlikely(builder, cgutils.is_not_null(builder, code)):
                builder.store(builder.load(error), self._part(builder, shared, 4))
                builder.store(code, self._part(builder, shared, 3))
        builder.ret_void()
        return worker

    def _one(self):
        """The function for one chunk, with numba's own way of raising."""
        kind = ir.FunctionType(_STATUS, [_TEXTS, self._error.as_pointer(), self._kind.as_pointer(), _INT])
        one = self._define(kind, "chunk", "alwaysinline")
        builder = ir.IRBuilder(one.append_basic_block())
        given = cgutils.unpack_tuple(builder, builder.load(self._part(builder, one.args[2], 0)))
        called = self._function.get_call_type(self._context.typing_context, (types.intp, *self._given), {})
        self._context.get_function(self._function, called)(builder, [one.args[3], *given])
        builder.ret(_STATUS(0))
        return one

    def _define(self, kind, name, attribute):
        module = self._builder.module
        function = ir.Function(module, kind, module.get_unique_name(f"{self._builder.function.name}.{name}"))
        function.linkage = "internal"
        function.attributes.add(attribute)
        return function
