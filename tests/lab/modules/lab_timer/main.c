// SPDX-License-Identifier: MIT OR GPL-2.0
// /proc/lab: "idle" or "busy" starts a thread on CPU 1 that takes a lease and then sleeps or computes.
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "lease.h"

static struct lease lease = { .id = 7 };
static bool busy;
static u64 sum;

static noinline void collatz(u64 start)
{
	u64 value = start;

	while (READ_ONCE(busy)) {
		value = value & 1 ? 3 * value + 1 : value / 2;
		WRITE_ONCE(sum, sum + value);
	}
}

static int lease_holder(void *unused)
{
	lease_start(&lease, 200);
	if (busy)
		collatz(27); /* lab: lease_holder */
	while (!kthread_should_stop())
		schedule_timeout_interruptible(3600 * HZ);
	return 0;
}

static ssize_t lab_timer_write(struct file *file, const char __user *buffer, size_t count, loff_t *position)
{
	struct task_struct *thread;
	char word[8] = "";

	if (copy_from_user(word, buffer, min(count, sizeof(word) - 1)))
		return -EFAULT;
	busy = strncmp(word, "busy", 4) == 0;
	thread = kthread_create(lease_holder, NULL, "lab-lease");
	if (IS_ERR(thread))
		return PTR_ERR(thread);
	kthread_bind(thread, 1);
	wake_up_process(thread);
	return count;
}

static const struct proc_ops lab_timer_ops = {
	.proc_write = lab_timer_write,
};

static int __init lab_timer_init(void)
{
	return proc_create("lab", 0200, NULL, &lab_timer_ops) ? 0 : -ENOMEM;
}

module_init(lab_timer_init);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("VaQuest lab: panic in a timer interrupt");
