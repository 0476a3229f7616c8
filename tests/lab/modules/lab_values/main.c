// SPDX-License-Identifier: MIT OR GPL-2.0
// /proc/lab: a number written to it opens the shelf with that key.
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/proc_fs.h>

#include "shelf.h"

struct shelf lab_shelf = { .name = "north", .opened = 4 };

static noinline ssize_t open_twice(unsigned int key)
{
	struct ticket ticket = { .number = 900 + key, .holder = "lab" };
	long first = shelf_open(&lab_shelf, key, &ticket); /* lab: open_twice */

	WRITE_ONCE(lab_sink, first + (long)ticket.number);
	return shelf_open(&lab_shelf, key + 1, &ticket) + first;
}

static ssize_t lab_values_write(struct file *file, const char __user *buffer, size_t count, loff_t *position)
{
	unsigned int key;
	int error = kstrtouint_from_user(buffer, count, 0, &key);

	if (error)
		return error;
	open_twice(key); /* lab: lab_values_write */
	return count;
}

static const struct proc_ops lab_values_ops = {
	.proc_write = lab_values_write,
};

static int __init lab_values_init(void)
{
	int error = shelf_prepare(&lab_shelf);

	if (error)
		return error;
	return proc_create("lab", 0200, NULL, &lab_values_ops) ? 0 : -ENOMEM;
}

module_init(lab_values_init);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("VaQuest lab: values of every C type");
