// SPDX-License-Identifier: MIT OR GPL-2.0
// A work item that never ends, a thread that flushes it with the gate closed, and one that flushes the whole queue.
#include <linux/delay.h>
#include <linux/kernel.h>

#include "depot.h"

static noinline void pump_wait_for_water(struct depot *depot)
{
	while (READ_ONCE(depot->name))
		msleep(3600 * 1000);
}

void pump_work(struct work_struct *work)
{
	struct depot *depot = container_of(work, struct depot, pump);

	pump_wait_for_water(depot);
	depot->goods++;
}

int pump_flush(void *argument)
{
	struct depot *depot = argument;

	queue_work(depot->pumps, &depot->pump);
	msleep(100);
	mutex_lock(&depot->gate);
	flush_work(&depot->pump);
	mutex_unlock(&depot->gate);
	return 0;
}

int pump_drain(void *argument)
{
	struct depot *depot = argument;

	msleep(300);
	flush_workqueue(depot->pumps);
	depot_rest();
	return 0;
}
