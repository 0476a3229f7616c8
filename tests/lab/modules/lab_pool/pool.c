// SPDX-License-Identifier: MIT OR GPL-2.0
// The pool, which does what it is told: every mistake is in misuse.c.
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "pool.h"

/* A region for user copies keeps the cache from being merged with another of its size. */
int pool_make(struct pool *pool)
{
	pool->cache = kmem_cache_create_usercopy("lab_frame", sizeof(struct frame), 0, 0,
						 offsetof(struct frame, data), sizeof_field(struct frame, data), NULL);
	return pool->cache ? 0 : -ENOMEM;
}

noinline struct frame *frame_get(struct pool *pool, u32 id)
{
	struct frame *frame = kmem_cache_alloc(pool->cache, GFP_KERNEL); /* lab(slub-late-write): frame_get */

	if (!frame)
		return NULL;
	frame->id = id;
	frame->length = 0;
	INIT_LIST_HEAD(&frame->link);
	pool->used++;
	return frame;
}

noinline void frame_put(struct pool *pool, struct frame *frame)
{
	kmem_cache_free(pool->cache, frame); /* lab(slub-overrun, slub-put-twice, kfence-put-twice): frame_put */
	pool->used--;
}

noinline long frame_fill(struct frame *frame, u8 value, u32 count)
{
	u32 i;

	for (i = 0; i < count; i++)
		WRITE_ONCE(frame->data[i], value);
	return count;
}

noinline long frame_sum(struct frame *frame, u32 count)
{
	long sum = 0;
	u32 i;

	for (i = 0; i < count; i++)
		sum += READ_ONCE(frame->data[i]); /* lab(kfence-overrun, kfence-late-read): frame_sum */
	return sum;
}
