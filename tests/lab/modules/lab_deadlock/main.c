// SPDX-License-Identifier: MIT OR GPL-2.0
// /proc/lab: any write starts the two transfers, and a thread that wants the sum.
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/proc_fs.h>

#include "account.h"

static struct account alice = { .owner = "alice", .balance = 100 }, bob = { .owner = "bob", .balance = 50 };
static long sum;

static int pay_bob(void *unused)
{
	account_transfer(&alice, &bob, 30);
	barrier();
	return 0;
}

static int pay_alice(void *unused)
{
	account_transfer(&bob, &alice, 20);
	barrier();
	return 0;
}

static int audit(void *unused)
{
	msleep(400);
	sum = account_sum(&alice, &bob);
	return 0;
}

static ssize_t lab_deadlock_write(struct file *file, const char __user *buffer, size_t count, loff_t *position)
{
	if (IS_ERR(kthread_run(pay_bob, NULL, "lab-pay-bob")) || IS_ERR(kthread_run(pay_alice, NULL, "lab-pay-alice")) ||
	    IS_ERR(kthread_run(audit, NULL, "lab-audit")))
		return -ENOMEM;
	return count;
}

static const struct proc_ops lab_deadlock_ops = {
	.proc_write = lab_deadlock_write,
};

static int __init lab_deadlock_init(void)
{
	mutex_init(&alice.lock);
	mutex_init(&bob.lock);
	return proc_create("lab", 0200, NULL, &lab_deadlock_ops) ? 0 : -ENOMEM;
}

module_init(lab_deadlock_init);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("VaQuest lab: two locks taken in opposite orders");
