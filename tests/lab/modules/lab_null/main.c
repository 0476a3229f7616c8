// SPDX-License-Identifier: MIT OR GPL-2.0
// /proc/lab: a number written to it is how many messages go into the ring.
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/proc_fs.h>

#include "ring.h"

static struct ring lab_ring;

static ssize_t lab_null_write(struct file *file, const char __user *buffer, size_t count, loff_t *position)
{
	struct message message = { .kind = MESSAGE_DATA, .text = "from /proc/lab" };
	unsigned int wanted, sent;
	int error = kstrtouint_from_user(buffer, count, 0, &wanted);

	if (error)
		return error;
	for (sent = 0; sent < wanted; sent++) {
		message.length = 100 + sent;
		error = ring_submit(&lab_ring, &message); /* lab: lab_null_write */
		if (error < 0)
			return error;
	}
	return count;
}

static const struct proc_ops lab_null_ops = {
	.proc_write = lab_null_write,
};

static int __init lab_null_init(void)
{
	int error = ring_prepare(&lab_ring, "transmit");

	if (error)
		return error;
	return proc_create("lab", 0200, NULL, &lab_null_ops) ? 0 : -ENOMEM;
}

static void __exit lab_null_exit(void)
{
	remove_proc_entry("lab", NULL);
	ring_release(&lab_ring);
}

module_init(lab_null_init);
module_exit(lab_null_exit);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("VaQuest lab: NULL dereference two calls deep");
