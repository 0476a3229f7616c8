/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* The mine, its cart, and the jobs of its workers. */
#ifndef LAB_MINE_H
#define LAB_MINE_H

#include <linux/mutex.h>
#include <linux/spinlock.h>

struct cart {
	spinlock_t lock;
	unsigned long loads;
};

struct mine {
	const char *name;
	struct cart cart;
	struct mutex map_lock;
	unsigned long galleries;
};

int mine_push(void *mine);
int mine_load(void *mine);
int mine_read_map(void *mine);
int mine_draw_map(void *mine);
int mine_look_at_map(void *mine);

int detector_start(void);

#endif
