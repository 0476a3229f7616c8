// SPDX-License-Identifier: MIT OR GPL-2.0
// What is watched. A meter without a limit is a NULL dereference.
#include <linux/compiler.h>

#include "meter.h"

noinline long meter_check(struct meter *meter, u64 amount)
{
	u64 limit = READ_ONCE(*meter->limit); /* lab(kretprobe-stack, fgraph-stack): meter_check */

	return limit < amount ? -1 : (long)(limit - amount);
}

noinline long meter_add(struct meter *meter, u64 amount)
{
	long left = meter_check(meter, meter->total + amount); /* lab: meter_add */

	if (left >= 0)
		WRITE_ONCE(meter->total, meter->total + amount);
	return left;
}
