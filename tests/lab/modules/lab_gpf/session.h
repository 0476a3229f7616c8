/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* A singly linked list of sessions. */
#ifndef LAB_SESSION_H
#define LAB_SESSION_H

#include <linux/types.h>

/* What a slab's freed bytes are filled with when poisoning is on: as a pointer it is not canonical. */
#define SESSION_POISON ((struct session *)0x6b6b6b6b6b6b6b6bUL)

struct session {
	u32 flags;
	u32 id;
	struct session *next;
};

struct session *session_add(struct session *next, u32 id);
struct session *session_find(struct session *first, u32 id);

#endif
