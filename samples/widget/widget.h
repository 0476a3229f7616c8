/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Widgets: small things with a number and a name, kept in a hash table and wired to one another. */
#ifndef VAQUEST_WIDGET_H
#define VAQUEST_WIDGET_H

#include <linux/bitmap.h>
#include <linux/mutex.h>
#include <linux/types.h>

#define WIDGET_IDS	64	/* valid numbers are 0 to 63 */
#define WIDGET_BUCKETS	8

enum widget_state {
	WIDGET_IDLE,
	WIDGET_WIRED,
};

struct widget {
	int id;
	char name[20];
	enum widget_state state;
	unsigned int fan_in;		/* how many widgets are wired to this one */
	struct widget *output;		/* the widget this one is wired to */
	struct widget *next;		/* the next one in the same bucket */
};

struct widget_registry {
	struct mutex lock;
	unsigned int count;
	DECLARE_BITMAP(ids, WIDGET_IDS);	/* numbers in use */
	struct widget *buckets[WIDGET_BUCKETS];	/* by number modulo WIDGET_BUCKETS */
};

static inline bool widget_exists(const struct widget_registry *registry, int id)
{
	return id >= 0 && id < WIDGET_IDS && test_bit(id, registry->ids);
}

/* Wires w to peer. */
static inline void widget_wire(struct widget *w, struct widget *peer)
{
	peer->fan_in++;				/* frame: widget_wire */
	peer->state = WIDGET_WIRED;
	w->state = WIDGET_WIRED;
	w->output = peer;
}

/* All of these want the registry's lock to be held. */
struct widget *widget_find(const struct widget_registry *registry, int id);
int widget_add(struct widget_registry *registry, int id, const char *name);
int widget_renumber(struct widget_registry *registry, int id, int new_id);
int widget_connect(struct widget_registry *registry, int from, int to);
void widget_remove_all(struct widget_registry *registry);

/* Takes the lock and carries out one line, such as "connect 17 42". The line is cut up on the way. */
int widget_execute(struct widget_registry *registry, char *line);

#endif
