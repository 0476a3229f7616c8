// SPDX-License-Identifier: MIT OR GPL-2.0
// /proc/lab: any write walks the folders.
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/proc_fs.h>

#include "walk.h"

static struct folder inner = { .name = "inner", .child = &inner };
static struct folder outer = { .name = "outer", .child = &inner };
static unsigned long letters;

static ssize_t lab_recurse_write(struct file *file, const char __user *buffer, size_t count, loff_t *position)
{
	letters = walk_folder(&outer, 0); /* lab: lab_recurse_write */
	return count;
}

static const struct proc_ops lab_recurse_ops = {
	.proc_write = lab_recurse_write,
};

static int __init lab_recurse_init(void)
{
	return proc_create("lab", 0200, NULL, &lab_recurse_ops) ? 0 : -ENOMEM;
}

module_init(lab_recurse_init);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("VaQuest lab: stack overflow by recursion");
