// SPDX-License-Identifier: MIT OR GPL-2.0
// Prints labels of parts that it takes for found.
#include <linux/compiler.h>

#include "catalog.h"

noinline u32 printer_label(const struct part *part)
{
	u32 stock = READ_ONCE(part->stock); /* lab(lookup-missing): printer_label */

	return stock + 1;
}

noinline u32 printer_run(struct catalog *catalog, u32 number)
{
	struct part *part = catalog_find(catalog, number);
	u32 printed = printer_label(part); /* lab(lookup-missing): printer_run */

	catalog->lookups += printed;
	return printed;
}

noinline u32 printer_rate(struct catalog *catalog, u32 number)
{
	struct supplier *supplier = catalog_supplier(catalog, number);
	u32 rating = READ_ONCE(supplier->rating); /* lab(lookup-error): printer_rate */

	WRITE_ONCE(catalog->lookups, rating);
	return rating;
}
