// SPDX-License-Identifier: MIT OR GPL-2.0
// spinner CPU: computes on that CPU in user mode until the machine ends.
#define _GNU_SOURCE
#include <sched.h>
#include <stdlib.h>

int main(int count, char **arguments)
{
	volatile unsigned long value = 27;
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(count > 1 ? atoi(arguments[1]) : 0, &cpus);
	sched_setaffinity(0, sizeof(cpus), &cpus);
	for (;;)
		value = value & 1 ? 3 * value + 1 : value / 2;
}
