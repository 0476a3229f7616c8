// SPDX-License-Identifier: MIT OR GPL-2.0
// Mutex, rw_semaphore, completion and page lock: who takes them and does not give them back, and who waits.
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/sched.h>

#include "depot.h"

/* Sleeps for ever; a signal could end it, so the kernel does not count it as blocked. */
noinline void depot_rest(void)
{
	for (;;)
		schedule_timeout_interruptible(3600 * HZ);
}

noinline void depot_enter(struct depot *depot)
{
	mutex_lock(&depot->gate);
	depot->goods++;
	mutex_unlock(&depot->gate);
}

int depot_keep(void *argument)
{
	struct depot *depot = argument;

	mutex_lock(&depot->gate);
	depot_rest();
	mutex_unlock(&depot->gate);
	return 0;
}

int depot_carry(void *argument)
{
	msleep(200);
	depot_enter(argument);
	depot_rest();
	return 0;
}

/* Holds the layout for reading. */
int depot_survey(void *argument)
{
	struct depot *depot = argument;

	down_read(&depot->layout);
	depot_rest();
	up_read(&depot->layout);
	return 0;
}

static noinline void depot_change_layout(struct depot *depot)
{
	down_write(&depot->layout);
	depot->goods = 0;
	up_write(&depot->layout);
}

int depot_rebuild(void *argument)
{
	msleep(200);
	depot_change_layout(argument);
	depot_rest();
	return 0;
}

/* A reader that comes after the writer waits behind it. */
static noinline unsigned long depot_look(struct depot *depot)
{
	unsigned long goods;

	down_read(&depot->layout);
	goods = depot->goods;
	up_read(&depot->layout);
	return goods;
}

int depot_visit(void *argument)
{
	msleep(400);
	if (depot_look(argument))
		depot_rest();
	return 0;
}

/* Waits for a delivery that nobody makes, with the gate closed. */
int depot_await_delivery(void *argument)
{
	struct depot *depot = argument;

	mutex_lock(&depot->gate);
	wait_for_completion(&depot->delivery);
	depot->goods++;
	mutex_unlock(&depot->gate);
	return 0;
}

int depot_keep_ledger(void *argument)
{
	struct depot *depot = argument;

	lock_page(depot->ledger);
	depot_rest();
	unlock_page(depot->ledger);
	return 0;
}

static noinline void depot_write_ledger(struct depot *depot)
{
	lock_page(depot->ledger);
	depot->goods++;
	unlock_page(depot->ledger);
}

int depot_read_ledger(void *argument)
{
	msleep(200);
	depot_write_ledger(argument);
	depot_rest();
	return 0;
}

/* The planner takes the layout, then the gate; the mover takes the gate, then the layout. */
int depot_plan(void *argument)
{
	struct depot *depot = argument;

	down_write(&depot->layout);
	msleep(200);
	depot_enter(depot);
	up_write(&depot->layout);
	return 0;
}

int depot_move(void *argument)
{
	struct depot *depot = argument;

	mutex_lock(&depot->gate);
	msleep(200);
	depot->goods += depot_look(depot);
	mutex_unlock(&depot->gate);
	return 0;
}
