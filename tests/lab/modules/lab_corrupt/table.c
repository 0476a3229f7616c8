// SPDX-License-Identifier: MIT OR GPL-2.0
// The table, which does what it is told: every mistake is in misuse.c.
#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "table.h"

static long session_length(struct session *session)
{
	return strnlen(session->peer, sizeof(session->peer));
}

static const struct session_ops plain_ops = { .name = "plain", .read = session_length };

struct session *table_add(struct table *table, u32 id)
{
	struct session *session = kzalloc(sizeof(*session), GFP_KERNEL);

	if (!session)
		return NULL;
	session->id = id;
	refcount_set(&session->users, 1);
	session->ops = &plain_ops;
	strscpy(session->peer, "192.0.2.7", sizeof(session->peer));
	list_add_tail(&session->link, &table->sessions);
	table->count++;
	return session;
}

noinline void table_remove(struct table *table, struct session *session)
{
	list_del(&session->link); /* lab(list-del-twice): table_remove */
	table->count--;
}

noinline void session_put(struct session *session)
{
	if (refcount_dec_and_test(&session->users)) /* lab(refcount-underflow): session_put */
		kfree(session);
	barrier();
}

noinline long session_read(struct session *session)
{
	const struct session_ops *ops = READ_ONCE(session->ops);
	long length = READ_ONCE(ops->read)(session); /* lab(use-after-free, use-after-reuse): session_read */

	return length + session->id;
}

/* The count must be the list's length. */
noinline void table_check(struct table *table)
{
	struct session *session;
	unsigned int listed = 0;

	list_for_each_entry(session, &table->sessions, link)
		listed++;
	BUG_ON(listed != READ_ONCE(table->count)); /* lab(kworker-bug): table_check */
	WRITE_ONCE(table->count, listed);
}
