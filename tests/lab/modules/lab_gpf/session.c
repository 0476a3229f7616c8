// SPDX-License-Identifier: MIT OR GPL-2.0
// Walks the list until the id is found or the list ends; a poisoned link is followed like any other.
#include <linux/compiler.h>
#include <linux/slab.h>

#include "session.h"

struct session *session_add(struct session *next, u32 id)
{
	struct session *session = kzalloc(sizeof(*session), GFP_KERNEL);

	if (session) {
		session->id = id;
		session->next = next;
	}
	return session;
}

noinline struct session *session_find(struct session *first, u32 id)
{
	struct session *session;

	for (session = first; session; session = session->next) {
		u32 found = READ_ONCE(session->id); /* lab: session_find */

		if (found == id)
			break;
	}
	return session;
}
