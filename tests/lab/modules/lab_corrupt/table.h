/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* A table of sessions that are counted, listed and allocated from a cache. */
#ifndef LAB_TABLE_H
#define LAB_TABLE_H

#include <linux/list.h>
#include <linux/refcount.h>
#include <linux/types.h>
#include <linux/workqueue.h>

struct session;

struct session_ops {
	const char *name;
	long (*read)(struct session *session);
};

struct session {
	u32 id;
	refcount_t users;
	struct list_head link;
	const struct session_ops *ops;
	char peer[24];
};

struct table {
	struct list_head sessions;
	unsigned int count;
	struct work_struct check;
};

/* As large as a session, so that it is allocated where one was. */
struct greeting {
	char text[sizeof(struct session)];
};

extern struct table lab_table;

/* table.c */
struct session *table_add(struct table *table, u32 id);
void table_remove(struct table *table, struct session *session);
void session_put(struct session *session);
long session_read(struct session *session);
void table_check(struct table *table);

/* misuse.c */
long misuse(struct table *table, const char *how);

#endif
