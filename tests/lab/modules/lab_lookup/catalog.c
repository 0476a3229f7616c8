// SPDX-License-Identifier: MIT OR GPL-2.0
// The catalog: a search that may find nothing, and one that tells why in the pointer.
#include <linux/compiler.h>
#include <linux/err.h>
#include <linux/slab.h>

#include "catalog.h"

int catalog_fill(struct catalog *catalog)
{
	u32 number;

	INIT_LIST_HEAD(&catalog->parts);
	for (number = 10; number <= 12; number++) {
		struct part *part = kzalloc(sizeof(*part), GFP_KERNEL);

		if (!part)
			return -ENOMEM;
		part->number = number;
		part->stock = number * 2;
		list_add_tail(&part->link, &catalog->parts);
	}
	return 0;
}

noinline struct part *catalog_find(struct catalog *catalog, u32 number)
{
	struct part *part;

	catalog->lookups++;
	list_for_each_entry(part, &catalog->parts, link)
		if (READ_ONCE(part->number) == number)
			return part;
	return NULL;
}

noinline struct supplier *catalog_supplier(struct catalog *catalog, u32 number)
{
	struct part *part = catalog_find(catalog, number);

	if (!part)
		return ERR_PTR(-ENOENT);
	return READ_ONCE(part->supplier);
}
