// SPDX-License-Identifier: MIT OR GPL-2.0
// The pusher keeps the cart's lock and counts; the loader waits for it with interrupts off. A reader of the map never lets go of it.
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/nmi.h>
#include <linux/sched.h>
#include <linux/srcu.h>

#include "mine.h"

DEFINE_STATIC_SRCU(map_srcu);

/* Says each second that it still runs, and keeps the soft lockup watchdog quiet, as code that prints much does. */
static noinline void mine_count(struct cart *cart)
{
	ktime_t next = ktime_add_ms(ktime_get(), 3000);
	unsigned int says = 0;

	for (;;) {
		WRITE_ONCE(cart->loads, cart->loads + 1);
		if (ktime_after(ktime_get(), next)) {
			touch_softlockup_watchdog();
			pr_emerg("lab: the cart was pushed %u times\n", ++says);
			next = ktime_add_ms(next, 3000);
		}
	}
}

int mine_push(void *argument)
{
	struct mine *mine = argument;

	spin_lock(&mine->cart.lock);
	mine_count(&mine->cart);
	spin_unlock(&mine->cart.lock);
	return 0;
}

static noinline void mine_fill(struct cart *cart)
{
	unsigned long flags;

	spin_lock_irqsave(&cart->lock, flags); /* lab(hard-lockup): mine_fill */
	cart->loads++;
	spin_unlock_irqrestore(&cart->lock, flags);
}

int mine_load(void *argument)
{
	struct mine *mine = argument;

	msleep(500);
	mine_fill(&mine->cart); /* lab(hard-lockup): mine_load */
	mine->galleries++;
	return 0;
}

/* Sleeps inside of a read section for ever; a signal could end it, so the kernel does not count it as blocked. */
int mine_read_map(void *argument)
{
	int index = srcu_read_lock(&map_srcu);

	for (;;)
		schedule_timeout_interruptible(3600 * HZ);
	srcu_read_unlock(&map_srcu, index);
	return 0;
}

static noinline void mine_publish_map(struct mine *mine)
{
	synchronize_srcu(&map_srcu);
	mine->galleries++;
}

int mine_draw_map(void *argument)
{
	struct mine *mine = argument;

	msleep(100);
	mutex_lock(&mine->map_lock);
	mine_publish_map(mine);
	mutex_unlock(&mine->map_lock);
	return 0;
}

int mine_look_at_map(void *argument)
{
	struct mine *mine = argument;

	msleep(300);
	mutex_lock(&mine->map_lock);
	mine->galleries++;
	mutex_unlock(&mine->map_lock);
	return 0;
}
