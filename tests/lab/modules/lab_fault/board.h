/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* A board of gauges. */
#ifndef LAB_BOARD_H
#define LAB_BOARD_H

#include <linux/types.h>

struct gauge {
	const char *name;
	u32 value;
	u32 scale;
	u8 *samples;
};

struct hook {
	const char *name;
	long (*run)(struct gauge *gauge, long argument);
};

struct board {
	struct gauge gauges[3];
	struct hook hooks[2];
	unsigned int reads;
};

extern const char gauge_legend[16];

/* gauge.c */
u32 gauge_percent(struct gauge *gauge, u32 part);
void gauge_rename(struct gauge *gauge, const char *legend, char letter);
u32 gauge_assert(struct gauge *gauge, u32 limit);
u32 gauge_break(struct gauge *gauge);
u32 gauge_sample(struct gauge *gauge, unsigned long index);

/* hooks.c */
long hooks_run(struct board *board, unsigned int index, long argument);
void hooks_set(struct board *board, unsigned int index, unsigned long address);

/* frame.c */
int frame_parse(const char *text, unsigned int length);
long frame_return_to(struct gauge *gauge, unsigned long address);

#endif
