/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* A shelf keeps its parcels in every container the kernel has. */
#ifndef LAB_SHELF_H
#define LAB_SHELF_H

#include "parcel.h"

struct shelf {
	const char *name;
	unsigned int opened;
	struct parcel *front;
};

struct ticket {
	u64 number;
	const char *holder;
};

int shelf_prepare(struct shelf *shelf);
long shelf_open(struct shelf *shelf, unsigned int key, const struct ticket *ticket);

#endif
