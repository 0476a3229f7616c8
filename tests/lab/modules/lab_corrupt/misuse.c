// SPDX-License-Identifier: MIT OR GPL-2.0
// The mistakes, by name.
#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "table.h"

static struct session *kept;
static struct greeting *greeting;

static noinline long remove_twice(struct table *table, struct session *session)
{
	table_remove(table, session);
	table_remove(table, session); /* lab: remove_twice */
	return table->count;
}

static noinline long add_after_overwrite(struct table *table, struct session *session)
{
	WRITE_ONCE(session->link.next, (struct list_head *)session->peer);
	return table_add(table, 9)->id + 1; /* lab: add_after_overwrite */
}

static noinline long put_too_often(struct session *session)
{
	refcount_set(&session->users, 0);
	session_put(session); /* lab: put_too_often */
	return session->id;
}

static noinline long free_twice(struct session *session)
{
	list_del(&session->link);
	kfree(session);
	kfree(session); /* lab: free_twice */
	return lab_table.count;
}

static noinline long read_freed(struct session *session)
{
	list_del(&session->link);
	kept = session;
	kfree(session);
	return session_read(kept) + 1; /* lab: read_freed */
}

static noinline long read_reused(struct session *session)
{
	list_del(&session->link);
	kept = session;
	kfree(session);
	greeting = kmalloc(sizeof(*greeting), GFP_KERNEL);
	memset(greeting->text, 'A', sizeof(greeting->text));
	return session_read(kept) + 1; /* lab: read_reused */
}

static noinline long write_past_end(struct session *session)
{
	char *end = session->peer + sizeof(session->peer);

	WRITE_ONCE(end[2], 'x');
	WRITE_ONCE(end[3], 'y');
	list_del(&session->link);
	kfree(session); /* lab: write_past_end */
	return lab_table.count;
}

static noinline long warn_of(struct table *table)
{
	WARN(READ_ONCE(table->count) != 7, "lab: the table has %u sessions, not 7\n", table->count); /* lab: warn_of */
	return table->count;
}

static noinline long leak(void)
{
	static struct kmem_cache *cache;
	unsigned long leaked = 0;

	cache = kmem_cache_create("lab_ticket", 3000, 0, 0, NULL);
	while (cache && kmem_cache_alloc(cache, GFP_KERNEL)) /* lab: leak */
		leaked++;
	return leaked;
}

noinline long misuse(struct table *table, const char *how)
{
	struct session *first = list_first_entry(&table->sessions, struct session, link);

	if (strcmp(how, "remove-twice") == 0)
		return remove_twice(table, first) + 1; /* lab(list-del-twice): misuse */
	if (strcmp(how, "overwrite-link") == 0)
		return add_after_overwrite(table, list_last_entry(&table->sessions, struct session, link)) + 1; /* lab(list-add-corrupt): misuse */
	if (strcmp(how, "put-too-often") == 0)
		return put_too_often(first) + 1; /* lab(refcount-underflow): misuse */
	if (strcmp(how, "free-twice") == 0)
		return free_twice(first) + 1; /* lab(double-free): misuse */
	if (strcmp(how, "read-freed") == 0)
		return read_freed(first) + 1; /* lab(use-after-free): misuse */
	if (strcmp(how, "read-reused") == 0)
		return read_reused(first) + 1; /* lab(use-after-reuse): misuse */
	if (strcmp(how, "past-end") == 0)
		return write_past_end(first) + 1; /* lab(slab-overflow): misuse */
	if (strcmp(how, "warn") == 0)
		return warn_of(table) + 1; /* lab(warn-panic): misuse */
	if (strcmp(how, "leak") == 0)
		return leak() + 1; /* lab(oom-leak): misuse */
	if (strcmp(how, "miscount") == 0) {
		table->count += 3;
		return schedule_work(&table->check);
	}
	return -EINVAL;
}
