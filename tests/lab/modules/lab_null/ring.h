/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* A ring of slots: what a driver's transmit queue looks like, as small as possible. */
#ifndef LAB_RING_H
#define LAB_RING_H

#include <linux/types.h>

#define RING_SIZE 8

enum message_kind {
	MESSAGE_DATA = 1,
	MESSAGE_FLUSH = 2,
};

struct message {
	enum message_kind kind;
	u32 length;
	char text[16];
};

struct slot {
	u64 sequence;
	u64 reserved[2];
	u32 length;
	enum message_kind kind;
};

struct ring {
	const char *name;
	struct slot *slots[RING_SIZE];
	unsigned int head;
	unsigned int accepted;
};

int ring_prepare(struct ring *ring, const char *name);
void ring_release(struct ring *ring);
int ring_submit(struct ring *ring, const struct message *message);
void slot_store(struct slot *slot, const struct message *message, u64 sequence);

#endif
