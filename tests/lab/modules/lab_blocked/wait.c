// SPDX-License-Identifier: MIT OR GPL-2.0
// lab-holder takes every lock and keeps it; each other thread waits for one thing for ever, behind a function named after it.
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/mutex.h>
#include <linux/percpu-rwsem.h>
#include <linux/rtmutex.h>
#include <linux/rwsem.h>
#include <linux/semaphore.h>
#include <linux/wait.h>
#include <linux/wait_bit.h>
#include <linux/workqueue.h>

#include "wait.h"

static DEFINE_MUTEX(held_mutex);
static DEFINE_RT_MUTEX(held_rt_mutex);
static DECLARE_RWSEM(held_for_write);
static DECLARE_RWSEM(held_for_read);
static struct semaphore held_semaphore = __SEMAPHORE_INITIALIZER(held_semaphore, 1);
static DECLARE_COMPLETION(never_done);
static DECLARE_WAIT_QUEUE_HEAD(never_woken);
DEFINE_STATIC_PERCPU_RWSEM(held_percpu);
static unsigned long held_bit = 1;
static bool never;
static unsigned int counter;

/* Keeps the call before it from being a tail call. */
static __always_inline void passed(void)
{
	WRITE_ONCE(counter, counter + 1);
}

static noinline int wait_mutex(void *unused)
{
	mutex_lock(&held_mutex); /* lab: wait_mutex */
	passed();
	return 0;
}

static noinline int wait_rt_mutex(void *unused)
{
	rt_mutex_lock(&held_rt_mutex); /* lab: wait_rt_mutex */
	passed();
	return 0;
}

static noinline int wait_read(void *unused)
{
	down_read(&held_for_write); /* lab: wait_read */
	passed();
	return 0;
}

static noinline int wait_write(void *unused)
{
	down_write(&held_for_read); /* lab: wait_write */
	passed();
	return 0;
}

static noinline int wait_semaphore(void *unused)
{
	down(&held_semaphore); /* lab: wait_semaphore */
	passed();
	return 0;
}

static noinline int wait_completion(void *unused)
{
	wait_for_completion(&never_done); /* lab: wait_completion */
	passed();
	return 0;
}

static noinline int wait_event_there(void *unused)
{
	wait_event(never_woken, READ_ONCE(never)); /* lab: wait_event_there */
	passed();
	return 0;
}

static noinline int wait_idle_event(void *unused)
{
	wait_event_idle(never_woken, READ_ONCE(never)); /* lab: wait_idle_event */
	passed();
	return 0;
}

static noinline int wait_bit(void *unused)
{
	wait_on_bit(&held_bit, 0, TASK_UNINTERRUPTIBLE); /* lab: wait_bit */
	passed();
	return 0;
}

static noinline int wait_percpu(void *unused)
{
	percpu_down_write(&held_percpu); /* lab: wait_percpu */
	passed();
	return 0;
}

static noinline int wait_sleep(void *unused)
{
	msleep(3600 * 1000); /* lab: wait_sleep */
	passed();
	return 0;
}

static void wait_in_work(struct work_struct *work)
{
	wait_for_completion(&never_done); /* lab: wait_in_work */
	passed();
}

static DECLARE_WORK(held_work, wait_in_work);

static noinline int wait_flush(void *unused)
{
	schedule_work(&held_work);
	flush_work(&held_work); /* lab: wait_flush */
	passed();
	return 0;
}

const struct way ways[] = {
	{ "mutex", wait_mutex }, { "rtmutex", wait_rt_mutex }, { "read", wait_read }, { "write", wait_write },
	{ "semaphore", wait_semaphore }, { "completion", wait_completion }, { "event", wait_event_there },
	{ "idle", wait_idle_event }, { "bit", wait_bit }, { "percpu", wait_percpu }, { "sleep", wait_sleep }, { "flush", wait_flush },
};
const unsigned int way_count = ARRAY_SIZE(ways);

int wait_hold_all(void *unused)
{
	mutex_lock(&held_mutex);
	rt_mutex_lock(&held_rt_mutex);
	down_write(&held_for_write);
	down_read(&held_for_read);
	down(&held_semaphore);
	percpu_down_read(&held_percpu);
	while (!kthread_should_stop())
		schedule_timeout_uninterruptible(3600 * HZ); /* lab: wait_hold_all */
	passed();
	return 0;
}

/* A user's read of /proc/lab: it can be interrupted by a signal. */
noinline long wait_for_reader(void)
{
	long error = wait_event_interruptible(never_woken, READ_ONCE(never)); /* lab: wait_for_reader */

	passed();
	return error;
}
