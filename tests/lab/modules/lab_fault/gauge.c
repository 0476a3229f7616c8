// SPDX-License-Identifier: MIT OR GPL-2.0
// One gauge: a division by its scale, a write to its legend, checks that end in ud2 and int3, a sample through a pointer.
#include <linux/compiler.h>
#include <linux/kernel.h>

#include "board.h"

const char gauge_legend[16] __aligned(16) = "pressure in bar";

noinline u32 gauge_percent(struct gauge *gauge, u32 part)
{
	u32 scale = READ_ONCE(gauge->scale);
	u32 percent = part * 100 / scale; /* lab: gauge_percent */

	WRITE_ONCE(gauge->value, percent);
	return percent;
}

noinline void gauge_rename(struct gauge *gauge, const char *legend, char letter)
{
	char *target = (char *)legend;

	WRITE_ONCE(target[3], letter); /* lab: gauge_rename */
	WRITE_ONCE(gauge->name, legend);
}

noinline u32 gauge_assert(struct gauge *gauge, u32 limit)
{
	if (READ_ONCE(gauge->value) >= limit)
		asm volatile("ud2"); /* lab: gauge_assert */
	return READ_ONCE(gauge->scale);
}

noinline u32 gauge_break(struct gauge *gauge)
{
	WRITE_ONCE(gauge->value, 5);
	asm volatile("int3"); /* lab: gauge_break */
	return READ_ONCE(gauge->scale);
}

noinline u32 gauge_sample(struct gauge *gauge, unsigned long index)
{
	u8 *samples = READ_ONCE(gauge->samples);
	u8 sample = READ_ONCE(samples[index]); /* lab: gauge_sample */

	WRITE_ONCE(gauge->value, sample);
	return sample;
}
