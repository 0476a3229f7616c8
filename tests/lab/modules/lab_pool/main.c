// SPDX-License-Identifier: MIT OR GPL-2.0
// /proc/lab: the name of a mistake makes it.
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "pool.h"

struct pool lab_pool;

static ssize_t lab_pool_write(struct file *file, const char __user *buffer, size_t count, loff_t *position)
{
	char text[32] = "";
	long answer;

	if (copy_from_user(text, buffer, min(count, sizeof(text) - 1)))
		return -EFAULT;
	answer = misuse(&lab_pool, strim(text)); /* lab: lab_pool_write */
	return answer < 0 ? answer : (ssize_t)count;
}

static const struct proc_ops lab_pool_ops = {
	.proc_write = lab_pool_write,
};

static int __init lab_pool_init(void)
{
	if (pool_make(&lab_pool))
		return -ENOMEM;
	return proc_create("lab", 0200, NULL, &lab_pool_ops) ? 0 : -ENOMEM;
}

module_init(lab_pool_init);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("VaQuest lab: objects that the allocator's checkers report");
