// SPDX-License-Identifier: MIT OR GPL-2.0
// Hooks that the board calls through a table anyone may write to.
#include <linux/compiler.h>

#include "board.h"

noinline void hooks_set(struct board *board, unsigned int index, unsigned long address)
{
	WRITE_ONCE(board->hooks[index].run, (void *)address);
}

noinline long hooks_run(struct board *board, unsigned int index, long argument)
{
	struct hook *hook = &board->hooks[index];
	long answer = READ_ONCE(hook->run)(&board->gauges[0], argument); /* lab: hooks_run */

	board->reads++;
	return answer + 1;
}
