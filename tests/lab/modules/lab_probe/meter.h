/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* A meter, and the probes that watch it. */
#ifndef LAB_METER_H
#define LAB_METER_H

#include <linux/types.h>

struct meter {
	u64 total;
	u64 *limit;
};

long meter_add(struct meter *meter, u64 amount);
long meter_check(struct meter *meter, u64 amount);

int watch_with_kprobe(const char *function, unsigned int offset);
int watch_with_ftrace(void);
int watch_with_kretprobe(void);

#endif
