// SPDX-License-Identifier: MIT OR GPL-2.0
// /proc/lab: a number written to it is the transaction that a kworker commits.
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/proc_fs.h>

#include "journal.h"

static struct workqueue_struct *queue;
static struct journal journal;

static ssize_t lab_kworker_write(struct file *file, const char __user *buffer, size_t count, loff_t *position)
{
	int error = kstrtouint_from_user(buffer, count, 0, &journal.transaction);

	if (error)
		return error;
	queue_work(queue, &journal.commit);
	return count;
}

static const struct proc_ops lab_kworker_ops = {
	.proc_write = lab_kworker_write,
};

static int __init lab_kworker_init(void)
{
	queue = alloc_workqueue("lab_journal", 0, 0);
	if (!queue)
		return -ENOMEM;
	journal_prepare(&journal, "lab0");
	return proc_create("lab", 0200, NULL, &lab_kworker_ops) ? 0 : -ENOMEM;
}

module_init(lab_kworker_init);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("VaQuest lab: panic on a kworker");
