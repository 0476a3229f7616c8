// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* The registry: finds, adds, renumbers and connects widgets. */
#include <linux/errno.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "widget.h"

struct widget *widget_find(const struct widget_registry *registry, int id)
{
	struct widget *w;

	for (w = registry->buckets[id % WIDGET_BUCKETS]; w; w = w->next) {
		if (w->id == id)
			return w;
	}
	return NULL;
}

int widget_add(struct widget_registry *registry, int id, const char *name)
{
	struct widget *w;

	if (id < 0 || id >= WIDGET_IDS)
		return -EINVAL;
	if (widget_exists(registry, id))
		return -EEXIST;

	w = kzalloc(sizeof(*w), GFP_KERNEL);
	if (!w)
		return -ENOMEM;
	w->id = id;
	strscpy(w->name, name, sizeof(w->name));
	w->next = registry->buckets[id % WIDGET_BUCKETS];
	registry->buckets[id % WIDGET_BUCKETS] = w;
	set_bit(id, registry->ids);
	registry->count++;
	return 0;
}

/*
 * The fault behind the crash is here: the widget gets its new number and the bitmap is right, but the widget stays in
 * the bucket of its old number, where widget_find() will not look for the new one.
 */
int widget_renumber(struct widget_registry *registry, int id, int new_id)
{
	struct widget *w;

	if (new_id < 0 || new_id >= WIDGET_IDS || widget_exists(registry, new_id))
		return -EINVAL;
	if (!widget_exists(registry, id))
		return -ENOENT;

	w = widget_find(registry, id);
	w->id = new_id;
	clear_bit(id, registry->ids);
	set_bit(new_id, registry->ids);
	return 0;
}

int widget_connect(struct widget_registry *registry, int from, int to)
{
	struct widget *source, *target;

	if (!widget_exists(registry, from) || !widget_exists(registry, to))
		return -ENOENT;

	source = widget_find(registry, from);
	target = widget_find(registry, to);
	if (source->output)
		return -EBUSY;
	widget_wire(source, target);		/* frame: widget_connect */
	return 0;
}

void widget_remove_all(struct widget_registry *registry)
{
	struct widget *w;
	int i;

	for (i = 0; i < WIDGET_BUCKETS; i++) {
		while ((w = registry->buckets[i])) {
			registry->buckets[i] = w->next;
			kfree(w);
		}
	}
	bitmap_zero(registry->ids, WIDGET_IDS);
	registry->count = 0;
}
