// SPDX-License-Identifier: MIT OR GPL-2.0
// /proc/lab: a text written to it is put into the form.
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/uaccess.h>

#include "form.h"

static unsigned int letters;

static ssize_t lab_guard_write(struct file *file, const char __user *buffer, size_t count, loff_t *position)
{
	static char text[64];

	if (copy_from_user(text, buffer, min(count, sizeof(text) - 1)))
		return -EFAULT;
	letters = form_fill(text, min(count, sizeof(text) - 1)); /* lab: lab_guard_write */
	return count;
}

static const struct proc_ops lab_guard_ops = {
	.proc_write = lab_guard_write,
};

static int __init lab_guard_init(void)
{
	return proc_create("lab", 0200, NULL, &lab_guard_ops) ? 0 : -ENOMEM;
}

module_init(lab_guard_init);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("VaQuest lab: stack protector");
