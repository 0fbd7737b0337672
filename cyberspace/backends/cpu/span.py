"""A span of ticks, lived block by block: which thread lives what, and when it has to wait for others.

A span is cut into stages wherever something crosses the edges of blocks.  A stage is made of units: one block, or two that meet.  Threads
take the next unit as they come free; a unit waits for nothing but what its own blocks did in the stage before, or in a stage that says
so for what all did.  Units are taken in order, so whoever is waited for is being lived.
"""

# numba types these functions itself
# mypy: allow-untyped-defs
from __future__ import annotations

import numpy as np
from numba import njit

from cyberspace.backends.cpu.address import as_handle, call_at
from cyberspace.backends.cpu.atomic import await_least, claim, publish, seen
from cyberspace.backends.cpu.brain import listen, sense, think
from cyberspace.backends.cpu.compiled import KERNEL
from cyberspace.backends.cpu.earn import claim_share, earn, share_pools
from cyberspace.backends.cpu.kernels import close, meet, pay
from cyberspace.backends.cpu.part import part
from cyberspace.backends.cpu.partition import PAIRED, SWEPT
from cyberspace.law import clock
from cyberspace.law.clock import Moment
from topology import meeting

lesson_of, near_moment, tide_offset = part(clock.lesson_of), part(clock.near_moment), part(meeting.tide_offset)

LISTEN, THINK, CLAIM, EARN, PAY, MEET, CLOSE, PARTS = range(8)
"""Parts of a tick: what is heard is noted; pose, sense, think and judge; tell what is claimed; earn and learn; pay; meet and settle; spark,
and count."""

NEAR = -1
"""In place of a link's axis: a tick on near axes."""

STAGE = 6
"""Numbers of a stage: tick and part at which it begins and those before which it ends, row of its units, whether it waits for all."""

UNITS, ERROR, TAKEN, DONE = range(4)
"""Numbers that threads share: units of all stages, whether a thread failed, units that were taken, and from there on how many units of
each stage are done; how many stages each block has lived lies beyond."""

ORIGIN, AXIS, LESSON, FIRST, ANEW, ARRIVE, POST, LINK = range(8)
"""Numbers of a span: the tick of the first record, the axis of a link that opens or `NEAR`, the first lesson that is told of, the first
tick, and whether lessons have to be posed anew then; where a link opens, addresses of the kernels that let a letter arrive and post one,
in place of listening and meeting, and of what they are given."""

FEATURES = ("pose", "judge", "posed", "closed")
"""What is known of each task: addresses of its kernels, 0 for those that it does not have, and of its handle; and whether it is a closed
loop, which is posed in every tick."""


@part
def moment(tables, lived, axis, arrays, params):
    """The moment of a tick on near axes, or of one at which a link opens: nobody meets within the region then."""
    now = near_moment(tables, lived, params.pace, params.tide)
    if axis == NEAR:
        return now
    return Moment(now.tick, tables.shows[axis], False, arrays.itself, 0, 0, 0)


@part
def row_of(tables, lived, axis):
    """The row of partners of a tick."""
    if axis != NEAR:
        return len(tables.partners) - 1
    opens = tables.axis[lived % len(tables.axis)]
    return tables.rows[opens, (lived >> tables.level[opens]) & 1]


@part
def cut_before(tables, blocks, lived, what, axis, params):
    """Whether a stage begins before a part of a tick: 0 no, 1 yes, 2 yes, and it waits for all."""
    kind = blocks.kinds[row_of(tables, lived, axis)]
    if kind == PAIRED and what == LISTEN:
        return 1
    if kind == SWEPT and what in (THINK, MEET, CLOSE):
        return 2
    if blocks.split != 0 and what == EARN and lesson_of(lived, params.lesson_ticks)[1]:
        return 2
    return 0


@njit(**KERNEL, cache=True)
def plan(here, stages, shared, first, first_part, last, last_part, axis):
    """Write the stages from a part of a tick to before another, int64 (stages, STAGE), and what threads share; how many stages."""
    tables, blocks, params = here.tables, here.blocks, here.params
    count, units, tick, what, singles = 0, 0, first, first_part, len(blocks.units) - 1
    while tick < last or (tick == last and what < last_part):
        cut = 2 if count == 0 else cut_before(tables, blocks, tick, what, axis, params)
        if cut != 0:
            row = row_of(tables, tick, axis)
            row = row if blocks.kinds[row] == PAIRED else singles
            stages[count, 0], stages[count, 1], stages[count, 4], stages[count, 5] = tick, what, row, cut - 1
            units += blocks.counts[row]
            count += 1
        what += 1
        if what == PARTS:
            tick, what = tick + 1, LISTEN
        stages[count - 1, 2], stages[count - 1, 3] = tick, what
    for k in range(DONE + count + len(blocks.starts)):
        shared[k] = 0
    shared[UNITS] = units
    if blocks.split != 0:
        share_pools(here.verdict, blocks, here.arrays)
    return count


@njit(**KERNEL, cache=True)
def live(here, stages, shared, count, told, span, counts, records, thread):
    """Live what is left of a span of so many stages, with other threads that do the same.

    `span` int64 holds the numbers of a span.  `told` uint8 (2, lessons, tasks) says whether a lesson is scored, and whether
    it is judged.  `counts` int64 (threads, ticks, len(TALLY)) is added to; `records` int32 (ticks, 3, slots) is written.
    """
    stages = stages[:count]
    arrays, tables, blocks, tasks = here.arrays, here.tables, here.blocks, here.tasks
    verdict, params = here.verdict, here.params
    given = arrays, tables, blocks, tasks, told, verdict, params, span, counts[thread], records
    stage, before = 0, 0
    while True:
        unit = claim(shared, TAKEN)
        if unit >= shared[UNITS]:
            return
        while unit >= before + blocks.counts[stages[stage, 4]]:
            before += blocks.counts[stages[stage, 4]]
            stage += 1
        row = stages[stage, 4]
        one = blocks.units[row, unit - before]
        other = blocks.mates[row, one] if row < len(blocks.mates) else one
        wait(shared, stages, blocks, stage, one, other)
        if seen(shared, ERROR) != 0:
            return
        live_unit(stages[stage], one, other, thread, given)
        lived = DONE + len(stages)
        publish(shared, lived + one, stage + 1)
        if other != one:
            publish(shared, lived + other, stage + 1)
        claim(shared, DONE + stage)


@part
def wait(shared, stages, blocks, stage, one, other):
    """Wait for what a unit needs."""
    if stage == 0:
        return
    if stages[stage, 5] != 0:
        await_least(shared, DONE + stage - 1, blocks.counts[stages[stage - 1, 4]], ERROR)
    else:
        lived = DONE + len(stages)
        await_least(shared, lived + one, stage, ERROR)
        await_least(shared, lived + other, stage, ERROR)


@part
def live_unit(stage, one, other, thread, given):
    """One unit of a stage: two blocks live the first tick together, since they meet in it, and the others one after the other.

    A thread has room for two verdicts, since both may be judged before either is paid.  Parts are called in one place, since there all of
    a tick is compiled.
    """
    tick, what, last, end = stage[0], stage[1], stage[2], stage[3]
    together, block, room, first = other != one, one, 2 * thread, 2 * thread
    stop = PARTS if last > tick else end
    while tick < last or (tick == last and what < end):
        live_part(block, tick, what, given, room)
        if together and block == one:
            block, room = other, first + 1
            continue
        what += 1
        if together:
            block, room = one, first
            if what == stop:
                together, tick, what = False, tick + 1, LISTEN
        elif what == PARTS:
            tick, what = tick + 1, LISTEN
        if not together and other != one and block == one and not (tick < last or (tick == last and what < end)):
            block, tick, what = other, stage[0] + 1, LISTEN


@part
def live_part(block, tick, what, given, room):
    """One part of a tick for one block; `room` says where its verdicts are written if not each site has a place for them."""
    arrays, tables, blocks, tasks, told, verdict, params, span, tally, records = given
    low, high = blocks.starts[block], blocks.starts[block + 1]
    now = moment(tables, tick, span[AXIS], arrays, params)
    k = tick - span[ORIGIN]
    lesson, ends = lesson_of(tick, params.lesson_ticks)
    at = room * verdict.stride if verdict.stride != 0 else low
    if what == LISTEN:
        if span[AXIS] == NEAR:
            listen(arrays, low, high)
        else:
            call_at(span[ARRIVE], as_handle(span[LINK]), low, high, now.tick, room >> 1)
    elif what == THINK:
        anew = np.int64(span[ANEW] != 0 and tick == span[FIRST])
        begins = anew != 0 or tick % params.lesson_ticks == 0
        for task in range(len(tasks)):
            if begins or tasks[task, 3] != 0:
                call_at(tasks[task, 0], as_handle(tasks[task, 2]), low, high, lesson, anew if begins else np.int64(-1))
        sense(arrays, now, ends, low, high)
        think(arrays, low, high, params)
        if ends and len(tasks) > 0:
            scored = told[0, lesson - span[LESSON]]
            judge(arrays, tasks, scored, verdict, low, high, at, lesson, may_teach(scored, params))
    elif what == CLAIM:
        if ends and blocks.split != 0:
            claim_share(verdict, arrays, block, low, high, at, lesson, told[0, lesson - span[LESSON]])
    elif what == EARN:
        if ends and len(tasks) > 0:
            scored, judged = told[0, lesson - span[LESSON]], told[1, lesson - span[LESSON]]
            earn(verdict, arrays, block, low, high, at, lesson, scored, judged, blocks.split, tally[k])
            if may_teach(scored, params):
                for rule in range(len(params.learn)):
                    if params.learn[rule] != 0:
                        call_at(params.learn[rule], arrays, verdict, params, low, high, at, now.tick, rule)
    elif what == PAY:
        pay(arrays, now.tick, tally[k], low, high, params)
    elif what == MEET:
        if span[AXIS] == NEAR:
            meet(arrays, now, low, high, tally[k], records[k], params)
        else:
            call_at(span[POST], as_handle(span[LINK]), low, high, room >> 1)
    else:
        close(arrays, now.tick, low, high, tally[k], params)


@part
def judge(arrays, tasks, scored, verdict, low, high, at, lesson, teaches):
    """Judge by those tasks that have a kernel for it; where anybody may learn, the signals of a block are blank before."""
    if teaches:
        for answer in range(len(verdict.signals)):
            signals = verdict.signals[answer, at : at + high - low]
            for k in range(high - low):
                signals[k] = 0
    for task in range(len(tasks)):
        if tasks[task, 1] != 0:
            call_at(tasks[task, 1], as_handle(tasks[task, 2]), arrays, verdict, low, high, at, lesson, np.int64(scored[task]))


@part
def may_teach(scored, params):
    """Whether anybody may learn from a lesson: if something is scored, or all learn at every lesson."""
    some = np.uint8(0)
    for task in range(len(scored)):
        some |= scored[task]
    return len(params.learn) != 0 and (some != 0 or params.unselective != 0)
