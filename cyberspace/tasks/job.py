"""Jobs that people post at the board of a plaza: what is known of one."""

PLACES = 8
"""Places of a job board: jobs that may stand at once."""

JOB = ("kind", "number", "price", "table", "inputs", "shown", "expected", "asked", "until")
"""What is known of a job: its kind (0: none), number (1 + that of the act that posted it), price of a right answer, right answers by
x + 2 y as bits, input bits and which of them are shown, answer bits and which of them are asked for, lesson before which it stands."""

TABLE, BITS, HAND = 1, 2, 3
"""Kinds of jobs: a truth table of two inputs, bits with the bits expected, bits to be judged by hand."""

FAULTLESS, RIGHT, NUMBER, SAID, FELT = range(5)
"""The first words of memory of any task that is posed at the board, for those who look and judge: units that are faultless in this block
so far, blocks that were right, number of the job that these were for, answers at the end of the last lesson as bits, and 1 or -1 if a
person has judged since then."""
