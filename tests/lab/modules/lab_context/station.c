// SPDX-License-Identifier: MIT OR GPL-2.0
// The jobs. station_run is called in a thread bound to the station's CPU; what it starts runs on that CPU too.
#include <linux/delay.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/version.h>

#include "station.h"

u64 station_sum;
static DEFINE_SPINLOCK(station_lock);

static noinline void station_fail(struct station *station, const char *where)
{
	if (READ_ONCE(station->done) == 0)
		panic("lab: station %u failed in %s", station->id, where); /* lab: station_fail */
}

static noinline void station_compute(u64 start)
{
	u64 value = start;

	for (;;) {
		value = value & 1 ? 3 * value + 1 : value / 2;
		WRITE_ONCE(station_sum, station_sum + value); /* lab: station_compute */
	}
}

/* Lets ksoftirqd run now and then: while it wants to, no soft interrupt is run behind a hard one. */
static noinline void station_compute_politely(u64 start)
{
	u64 value = start;

	for (;;) {
		value = value & 1 ? 3 * value + 1 : value / 2;
		WRITE_ONCE(station_sum, station_sum + value); /* lab: station_compute_politely */
		if ((READ_ONCE(station_sum) & 0xffff) == 1)
			cond_resched();
	}
}

static noinline void station_book(struct station *station)
{
	unsigned int *ledger = READ_ONCE(station->ledger);

	WRITE_ONCE(ledger[3], station->id); /* lab: station_book */
}

static enum hrtimer_restart station_deadline(struct hrtimer *timer)
{
	struct station *station = container_of(timer, struct station, deadline);

	if (station->job == JOB_FAULT) {
		station_book(station); /* lab(fault-in-irq): station_deadline */
	} else if (station->job == JOB_NMI) {
		pr_err("lab: station %u computes with interrupts off\n", station->id);
		station_compute(27); /* lab(nmi-in-irq): station_deadline */
	} else {
		station_fail(station, "its deadline"); /* lab(irq-in-softirq): station_deadline */
	}
	station->done++;
	return HRTIMER_NORESTART;
}

static void station_arm(struct station *station, unsigned int milliseconds)
{
	hrtimer_init(&station->deadline, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
	station->deadline.function = station_deadline;
	hrtimer_start(&station->deadline, ms_to_ktime(milliseconds), HRTIMER_MODE_REL_PINNED_HARD);
}

static void station_timer(struct timer_list *timer)
{
	struct station *station = container_of(timer, struct station, timer);

	if (station->job == JOB_NESTED) {
		station_arm(station, 20);
		station_compute(97); /* lab(irq-in-softirq): station_timer */
	} else if (station->job == JOB_STALL) {
		pr_err("lab: station %u computes in a soft interrupt\n", station->id);
		station_compute(41); /* lab(rcu-stall, nmi-in-softirq): station_timer */
	} else {
		station_fail(station, "its timer"); /* lab(softirq-panic): station_timer */
	}
	station->done++;
}

static void station_tasklet(struct tasklet_struct *tasklet)
{
	struct station *station = container_of(tasklet, struct station, tasklet);

	station_fail(station, "its tasklet"); /* lab: station_tasklet */
	station->done++;
}

static void station_call(void *argument)
{
	struct station *station = argument;

	station_fail(station, "a call from another CPU"); /* lab: station_call */
	station->done++;
}

static void station_irq_work(struct irq_work *work)
{
	struct station *station = container_of(work, struct station, irq_work);

	station_fail(station, "irq_work"); /* lab: station_irq_work */
	station->done++;
}

static noinline void station_enable_soft_interrupts(struct station *station)
{
	local_bh_disable();
	tasklet_schedule(&station->tasklet);
	local_bh_enable(); /* lab: station_enable_soft_interrupts */
	WRITE_ONCE(station_sum, station->done);
}

static int station_hold_lock(void *unused)
{
	spin_lock(&station_lock);
	station_compute(15); /* lab(spinlock-wait): station_hold_lock */
	spin_unlock(&station_lock);
	return 0;
}

static noinline void station_wait_for_lock(struct station *station)
{
	spin_lock(&station_lock); /* lab(spinlock-wait): station_wait_for_lock */
	station->done++;
	spin_unlock(&station_lock);
}

void station_prepare(struct station *station, unsigned int id, enum station_job job)
{
	station->id = id;
	station->job = job;
	tasklet_setup(&station->tasklet, station_tasklet);
	timer_setup(&station->timer, station_timer, TIMER_PINNED);
	init_irq_work(&station->irq_work, station_irq_work);
}

void station_run(struct station *station)
{
	switch (station->job) {
	case JOB_NESTED:
		mod_timer(&station->timer, jiffies + HZ / 10);
		station_compute_politely(27); /* lab(irq-in-softirq): station_run */
		break;
	case JOB_SOFTIRQ:
	case JOB_STALL:
		mod_timer(&station->timer, jiffies + HZ / 10);
		break;
	case JOB_BH:
		station_enable_soft_interrupts(station); /* lab(softirq-bh): station_run */
		WRITE_ONCE(station_sum, 1);
		break;
	case JOB_IPI:
		smp_call_function_single(!station->id, station_call, station, 1); /* lab(ipi-panic): station_run */
		WRITE_ONCE(station_sum, 2);
		break;
	case JOB_IRQ_WORK:
		irq_work_queue(&station->irq_work); /* lab(irq-work-panic): station_run */
		WRITE_ONCE(station_sum, 3);
		break;
	case JOB_FAULT:
		station_arm(station, 100);
		station_compute(27); /* lab(fault-in-irq): station_run */
		break;
	case JOB_NMI:
		station_arm(station, 100);
		break;
	case JOB_SPIN:
		pr_err("lab: station %u computes\n", station->id);
		station_compute(27); /* lab(soft-lockup, nmi-busy): station_run */
		break;
	case JOB_LOCKED:
		if (station->id == 0) {
			station_hold_lock(NULL);
		} else {
			msleep(300);
			pr_err("lab: station %u waits for the lock\n", station->id);
			station_wait_for_lock(station); /* lab(spinlock-wait): station_run */
			WRITE_ONCE(station_sum, 4);
		}
		break;
	case JOB_NONE:
		break;
	}
}
