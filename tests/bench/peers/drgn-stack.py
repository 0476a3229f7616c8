# drgn-stack: what a drgn user does first: open the dump, load symbols, print the crashed thread's stack.
import sys

from drgn import Program

program = Program()
program.set_core_dump(sys.argv[1])
program.load_debug_info(sys.argv[2:])
print(program.crashed_thread().stack_trace())
