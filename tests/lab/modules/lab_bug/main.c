// SPDX-License-Identifier: MIT OR GPL-2.0
// /proc/lab: a number written to it is taken from a ledger of 100.
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/proc_fs.h>

#include "ledger.h"

static struct ledger account = { .owner = "lab", .balance = 100 };

static ssize_t lab_bug_write(struct file *file, const char __user *buffer, size_t count, loff_t *position)
{
	unsigned int amount;
	int error = kstrtouint_from_user(buffer, count, 0, &amount);

	if (error)
		return error;
	ledger_post(&account, amount); /* lab: lab_bug_write */
	return count;
}

static const struct proc_ops lab_bug_ops = {
	.proc_write = lab_bug_write,
};

static int __init lab_bug_init(void)
{
	return proc_create("lab", 0200, NULL, &lab_bug_ops) ? 0 : -ENOMEM;
}

module_init(lab_bug_init);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("VaQuest lab: BUG_ON in an inlined function");
