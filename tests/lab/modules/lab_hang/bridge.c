// SPDX-License-Identifier: MIT OR GPL-2.0
// Two spinlocks taken in opposite orders by two CPUs; and a read section of RCU that does not end, with a thread that waits for it.
#include <linux/delay.h>
#include <linux/rcupdate.h>

#include "depot.h"

static struct bank east = { .lock = __SPIN_LOCK_UNLOCKED(east.lock) }, west = { .lock = __SPIN_LOCK_UNLOCKED(west.lock) };
static unsigned long watched;

static noinline void bridge_step(struct bank *to)
{
	spin_lock(&to->lock); /* lab(spin-deadlock): bridge_step */
	to->crossings++;
	spin_unlock(&to->lock);
}

static noinline void bridge_cross(struct bank *from, struct bank *to)
{
	spin_lock(&from->lock);
	mdelay(300);
	bridge_step(to); /* lab(spin-deadlock): bridge_cross */
	from->crossings++;
	spin_unlock(&from->lock);
}

int bridge_cross_east(void *unused)
{
	bridge_cross(&west, &east);
	return 0;
}

int bridge_cross_west(void *unused)
{
	bridge_cross(&east, &west);
	return 0;
}

static noinline void bridge_count(void)
{
	for (;;)
		WRITE_ONCE(watched, watched + 1);
}

int bridge_watch(void *unused)
{
	rcu_read_lock();
	bridge_count();
	rcu_read_unlock();
	return 0;
}

static noinline void bridge_publish(struct depot *depot)
{
	synchronize_rcu();
	depot->goods++;
}

int bridge_rename(void *argument)
{
	struct depot *depot = argument;

	msleep(100);
	mutex_lock(&depot->gate);
	bridge_publish(depot);
	mutex_unlock(&depot->gate);
	return 0;
}
