// SPDX-License-Identifier: MIT OR GPL-2.0
// The ring itself. Its last slot is never allocated: the eighth message stores through NULL.
#include <linux/errno.h>
#include <linux/slab.h>

#include "ring.h"

int ring_prepare(struct ring *ring, const char *name)
{
	unsigned int i;

	ring->name = name;
	for (i = 0; i + 1 < RING_SIZE; i++) {
		ring->slots[i] = kzalloc(sizeof(*ring->slots[i]), GFP_KERNEL);
		if (!ring->slots[i])
			return -ENOMEM;
	}
	return 0;
}

void ring_release(struct ring *ring)
{
	unsigned int i;

	for (i = 0; i < RING_SIZE; i++)
		kfree(ring->slots[i]);
}

noinline void slot_store(struct slot *slot, const struct message *message, u64 sequence)
{
	WRITE_ONCE(slot->length, message->length); /* lab: slot_store */
	WRITE_ONCE(slot->kind, message->kind);
	WRITE_ONCE(slot->sequence, sequence);
}

noinline int ring_submit(struct ring *ring, const struct message *message)
{
	unsigned int index = ring->head++ % RING_SIZE;
	struct slot *slot = ring->slots[index];

	slot_store(slot, message, ring->head); /* lab: ring_submit */
	ring->accepted++;
	return index;
}
