# drgn-identify: what drgn says numbers are, one a line from a file: NUMBER<tab>ANSWER, without those it says nothing of.
#
# drgn-identify.py VMCORE LIST VMLINUX [MODULE.ko ...]
import sys
import time

from drgn import FaultError, Program
from drgn.helpers.common.memory import identify_address

program = Program()
program.set_core_dump(sys.argv[1])
program.load_debug_info(sys.argv[3:])
with open(sys.argv[2]) as lines:
    numbers = [int(line.split("\t")[0], 16) for line in lines]
start = time.perf_counter()
for number in numbers:
    try:
        answer = identify_address(program, number)
    except FaultError:
        continue
    if answer is not None:
        print(f"{number:x}\t{answer}")
print(f"{(time.perf_counter() - start) / max(len(numbers), 1) * 1000:.4f}", file=sys.stderr)
