/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* A pool of frames with a slab cache of its own. */
#ifndef LAB_POOL_H
#define LAB_POOL_H

#include <linux/list.h>
#include <linux/slab.h>
#include <linux/types.h>

struct frame {
	u32 id;
	u32 length;
	struct list_head link;
	u8 data[40];
};

struct pool {
	struct kmem_cache *cache;
	unsigned int used;
};

extern struct pool lab_pool;

/* pool.c */
int pool_make(struct pool *pool);
struct frame *frame_get(struct pool *pool, u32 id);
void frame_put(struct pool *pool, struct frame *frame);
long frame_fill(struct frame *frame, u8 value, u32 count);
long frame_sum(struct frame *frame, u32 count);

/* misuse.c */
long misuse(struct pool *pool, const char *how);

#endif
