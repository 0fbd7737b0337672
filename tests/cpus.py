"""Kernels compiled for CPUs that are not at hand: in a process of their own, since LLVM ends the process if it can't."""

import json
import subprocess
import sys
from functools import cache
from typing import NamedTuple

from llvmlite import binding, ir

from cyberspace.backends.cpu import dots, product
from tests.strategies import HERE

BODIES = ((8, 8), (16, 16), (24, 8), (32, 16), (64, 64), (8, 24))
"""(units, senses)."""


class Cpu(NamedTuple):
    """A CPU as LLVM knows it, and the instructions that its product must have."""

    triple: str
    features: str
    instructions: set


INTEL, ARM = "x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"
AVX512 = "+avx2,+avx512f,+avx512bw,+avx512vl,+avx512vnni"
CPUS = {
    "icelake-server": Cpu(INTEL, AVX512, {"vpdpbusd"}),
    "sapphirerapids": Cpu(INTEL, AVX512, {"vpdpbusd"}),
    "znver4": Cpu(INTEL, AVX512, {"vpdpbusd"}),
    "alderlake": Cpu(INTEL, "+avx2,+avxvnni", {"vpdpbusd"}),
    "znver3": Cpu(INTEL, "+avx2", {"vpmaddubsw", "vpsignb"}),
    "x86-64-v2": Cpu(INTEL, "+sse4.2", {"pmullw"}),
    "neoverse-n1": Cpu(ARM, "+dotprod", {"sdot"}),
    "cortex-a72": Cpu(ARM, "+neon", {"mul"}),
}


@cache
def compiled():
    """The words of the assembly of the product, by the names of all CPUs it is compiled for.

    Raises:
        subprocess.SubprocessError: If LLVM can't, or does not end.
    """
    command = [sys.executable, "-m", "tests.cpus"]
    told = subprocess.run(command, cwd=HERE.parent, check=True, timeout=120, stdout=subprocess.PIPE, text=True).stdout
    return {name: set(words.split()) for name, words in json.loads(told).items()}


def module(features):
    """`think_sites` as a module of its own: a function of the arrays' places, and the numbers."""
    places, numbers = [ir.IntType(8).as_pointer()] * 6, [dots.I64] * 4 + [dots.I32, dots.I8, dots.I32]
    found = ir.Module()
    function = ir.Function(found, ir.FunctionType(ir.VoidType(), places + numbers), "think")
    builder, args = ir.IRBuilder(function.append_basic_block()), function.args
    product.Sites(builder, args[:6], *args[6:8], *args[10:]).go(*args[8:10], *dots.best_dots(features))
    builder.ret_void()
    return str(found)


def assembly(name):
    cpu = CPUS[name]
    print(name, file=sys.stderr)  # the last one, if LLVM ends the process
    parsed = binding.parse_assembly(module(set(cpu.features.split(","))))
    parsed.triple = cpu.triple
    machine = binding.Target.from_triple(cpu.triple).create_target_machine(cpu=name, features=cpu.features, opt=3)
    builder = binding.create_pass_builder(machine, binding.create_pipeline_tuning_options(speed_level=3))
    builder.getModulePassManager().run(parsed, builder)
    return machine.emit_assembly(parsed)


if __name__ == "__main__":
    binding.initialize_all_targets()
    binding.initialize_all_asmprinters()
    print(json.dumps({name: assembly(name) for name in CPUS}))
