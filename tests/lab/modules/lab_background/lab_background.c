// SPDX-License-Identifier: MIT OR GPL-2.0
// lab-holder owns a mutex and sleeps; lab-waiter waits for it in the D state.
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched.h>

static DEFINE_MUTEX(shared_lock);
static DECLARE_COMPLETION(lock_is_taken);
static struct task_struct *holder, *waiter;

static int hold_lock(void *unused)
{
	mutex_lock(&shared_lock);
	complete(&lock_is_taken);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(3600 * HZ);
	mutex_unlock(&shared_lock);
	return 0;
}

static int wait_for_lock(void *unused)
{
	wait_for_completion(&lock_is_taken);
	mutex_lock(&shared_lock);
	mutex_unlock(&shared_lock);
	return 0;
}

static int __init lab_background_init(void)
{
	holder = kthread_run(hold_lock, NULL, "lab-holder");
	if (IS_ERR(holder))
		return PTR_ERR(holder);
	waiter = kthread_run(wait_for_lock, NULL, "lab-waiter");
	return PTR_ERR_OR_ZERO(waiter);
}

module_init(lab_background_init);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("VaQuest lab: two waiting kernel threads");
