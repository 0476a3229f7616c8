/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* A catalog of parts: what a driver looks its devices up in. */
#ifndef LAB_CATALOG_H
#define LAB_CATALOG_H

#include <linux/list.h>
#include <linux/types.h>

struct supplier {
	char name[16];
	u32 rating;
};

struct part {
	struct list_head link;
	u32 number;
	u32 stock;
	struct supplier *supplier;
};

struct catalog {
	struct list_head parts;
	unsigned int lookups;
};

/* catalog.c */
int catalog_fill(struct catalog *catalog);
struct part *catalog_find(struct catalog *catalog, u32 number);
struct supplier *catalog_supplier(struct catalog *catalog, u32 number);

/* printer.c */
u32 printer_label(const struct part *part);
u32 printer_run(struct catalog *catalog, u32 number);
u32 printer_rate(struct catalog *catalog, u32 number);

#endif
