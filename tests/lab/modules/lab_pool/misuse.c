// SPDX-License-Identifier: MIT OR GPL-2.0
// The mistakes, by name.
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/string.h>
#if IS_ENABLED(CONFIG_KFENCE)
#include <linux/kfence.h>
#else
static bool is_kfence_address(const void *address)
{
	return false;
}
#endif

#include "pool.h"

/* Allocations until one is KFENCE's; those at the end of their page have the guard page right behind them. */
static struct frame *guarded_frame(struct pool *pool)
{
	int tries;

	for (tries = 0; tries < 20000; tries++) {
		struct frame *frame = frame_get(pool, 100 + tries);

		if (!frame)
			return NULL;
		if (is_kfence_address(frame) && PAGE_ALIGNED(frame + 1))
			return frame;
		frame_put(pool, frame);
		usleep_range(200, 400);
	}
	return NULL;
}

static noinline long fill_too_much(struct pool *pool, struct frame *frame)
{
	frame_fill(frame, 0x5a, sizeof(frame->data) + 4);
	frame_put(pool, frame); /* lab(slub-overrun): fill_too_much */
	return pool->used + 1;
}

static noinline long fill_too_late(struct pool *pool, struct frame *frame)
{
	long sum = 0;
	u32 id;

	frame_put(pool, frame);
	frame_fill(frame, 0x5a, 8);
	for (id = 0; id < 200; id++)
		sum += frame_get(pool, id)->id; /* lab(slub-late-write): fill_too_late */
	return sum;
}

/* A slab with one more object in use has room for another free. */
static noinline long put_twice(struct pool *pool, struct frame *frame)
{
	if (!frame_get(pool, 8))
		return -ENOMEM;
	frame_put(pool, frame);
	frame_put(pool, frame); /* lab(slub-put-twice, kfence-put-twice): put_twice */
	return pool->used + 1;
}

static noinline long sum_too_much(struct frame *frame)
{
	return frame_sum(frame, sizeof(frame->data) + 1) + 1; /* lab(kfence-overrun): sum_too_much */
}

static noinline long sum_too_late(struct pool *pool, struct frame *frame)
{
	frame_put(pool, frame);
	return frame_sum(frame, 8) + 1; /* lab(kfence-late-read): sum_too_late */
}

noinline long misuse(struct pool *pool, const char *how)
{
	bool guarded = strncmp(how, "guarded-", 8) == 0;
	struct frame *frame = guarded ? guarded_frame(pool) : frame_get(pool, 7);

	if (!frame)
		return -ENOMEM;
	how += guarded ? 8 : 0;
	if (strcmp(how, "overrun") == 0)
		return fill_too_much(pool, frame) + 1; /* lab(slub-overrun): misuse */
	if (strcmp(how, "late-write") == 0)
		return fill_too_late(pool, frame) + 1; /* lab(slub-late-write): misuse */
	if (strcmp(how, "put-twice") == 0)
		return put_twice(pool, frame) + 1; /* lab(slub-put-twice, kfence-put-twice): misuse */
	if (strcmp(how, "sum-too-much") == 0)
		return sum_too_much(frame) + 1; /* lab(kfence-overrun): misuse */
	if (strcmp(how, "late-read") == 0)
		return sum_too_late(pool, frame) + 1; /* lab(kfence-late-read): misuse */
	return -EINVAL;
}
