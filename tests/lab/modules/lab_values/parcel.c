// SPDX-License-Identifier: MIT OR GPL-2.0
// The inner half of the chain. What a frame still needs after its call is stored to lab_sink, so that it is alive at the crash.
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "parcel.h"

long lab_sink;

/* The factor is used up before the crash: only the caller still knows it. */
static noinline __noclone int parcel_store_weight(struct parcel *parcel, unsigned int factor, struct span span)
{
	int *weight = READ_ONCE(parcel->weight);
	int grams = (int)(span.last - span.first) * (int)factor;

	WRITE_ONCE(*weight, grams); /* lab: parcel_store_weight */
	WRITE_ONCE(lab_sink, (long)span.unit ^ span.last ^ span.first);
	return grams;
}

static __always_inline int parcel_weigh(struct parcel *parcel, const struct reading *reading, int depth)
{
	struct span span = { .first = reading->low, .last = reading->high, .unit = parcel->origin };
	int grams = parcel_store_weight(parcel, 37, span); /* lab: parcel_weigh inlined-in parcel_inspect */

	WRITE_ONCE(lab_sink, grams + span.first + span.last + reading->trend + depth);
	return grams;
}

noinline int parcel_inspect(struct parcel *parcel, int depth)
{
	struct reading copy = parcel->readings[1];
	char title[24];
	const struct parcel_ops *ops = parcel->ops;
	bool is_deep = depth > 2;
	u64 mark = parcel->serial ^ 0xff;
	long row[3];
	int grams;

	strscpy(title, parcel->label, sizeof(title));
	memcpy(row, parcel->matrix[1], sizeof(row));
	barrier_data(title);
	barrier_data(row);
	barrier_data(&copy);
	grams = parcel_weigh(parcel, &copy, depth + 1); /* lab: parcel_inspect */
	barrier_data(title);
	barrier_data(row);
	WRITE_ONCE(lab_sink, grams + (long)mark + is_deep + (long)ops->name + depth + parcel->count);
	return grams;
}

void parcel_drop(struct parcel *parcel)
{
	WRITE_ONCE(parcel->count, 0);
}
