// SPDX-License-Identifier: MIT OR GPL-2.0
// killinit: has process 1 jump to address 8, as a wild pointer in it would.
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/user.h>
#include <sys/wait.h>

int main(void)
{
	struct user_regs_struct registers;

	if (ptrace(PTRACE_ATTACH, 1, NULL, NULL) != 0 || waitpid(1, NULL, __WALL) != 1) {
		perror("killinit: attach");
		return 1;
	}
	ptrace(PTRACE_GETREGS, 1, NULL, &registers);
	registers.rip = 8;
	registers.orig_rax = -1;
	ptrace(PTRACE_SETREGS, 1, NULL, &registers);
	if (ptrace(PTRACE_DETACH, 1, NULL, NULL) != 0) {
		perror("killinit: detach");
		return 1;
	}
	return 0;
}
