// SPDX-License-Identifier: MIT OR GPL-2.0
// The lease's timer: its callback runs in hard interrupt context on the CPU that started it.
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/printk.h>
#include <linux/smp.h>

#include "lease.h"

static noinline void lease_lost(struct lease *lease)
{
	if (READ_ONCE(lease->renewals) == 0)
		panic("lab: lease %u ran out", lease->id); /* lab: lease_lost */
}

static enum hrtimer_restart lease_expired(struct hrtimer *timer)
{
	struct lease *lease = container_of(timer, struct lease, timer);

	lease_lost(lease); /* lab: lease_expired */
	hrtimer_forward_now(timer, ms_to_ktime(50));
	return HRTIMER_RESTART;
}

void lease_start(struct lease *lease, unsigned int milliseconds)
{
	hrtimer_init(&lease->timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED);
	lease->timer.function = lease_expired;
	hrtimer_start(&lease->timer, ms_to_ktime(milliseconds), HRTIMER_MODE_REL_PINNED);
}
