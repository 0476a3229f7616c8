// SPDX-License-Identifier: MIT OR GPL-2.0
// Starts a thread lab-<way> for each way to wait; a read of /proc/lab waits too.
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/proc_fs.h>

#include "wait.h"

static ssize_t lab_blocked_read(struct file *file, char __user *buffer, size_t count, loff_t *position)
{
	long error = wait_for_reader(); /* lab: lab_blocked_read */

	return error ? error : (ssize_t)count;
}

static const struct proc_ops lab_blocked_ops = {
	.proc_read = lab_blocked_read,
};

static int __init lab_blocked_init(void)
{
	unsigned int i;

	if (IS_ERR(kthread_run(wait_hold_all, NULL, "lab-holds")))
		return -ENOMEM;
	msleep(100);
	for (i = 0; i < way_count; i++)
		if (IS_ERR(kthread_run(ways[i].wait, NULL, "lab-%s", ways[i].name)))
			return -ENOMEM;
	return proc_create("lab", 0400, NULL, &lab_blocked_ops) ? 0 : -ENOMEM;
}

module_init(lab_blocked_init);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("VaQuest lab: every way to wait");
