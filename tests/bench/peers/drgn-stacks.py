# drgn-stacks: prints the stack of every task with drgn, as `vaquest bt --all` does.
#
# drgn-stacks.py VMCORE VMLINUX [MODULE.ko ...]
import sys

from drgn import Program
from drgn.helpers.linux.pid import for_each_task

program = Program()
program.set_core_dump(sys.argv[1])
program.load_debug_info(sys.argv[2:])
count = 0
for task in for_each_task(program):
    count += 1
    print(f"PID {task.pid.value_()} {task.comm.string_().decode(errors='replace')}")
    try:
        print(program.stack_trace(task))
    except (ValueError, LookupError) as error:
        print(error)
print(f"{count} tasks", file=sys.stderr)
