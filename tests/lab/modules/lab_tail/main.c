// SPDX-License-Identifier: MIT OR GPL-2.0
// /proc/lab: "direct" or "balanced" sends a packet that way.
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "route.h"

static struct packet packet = { .id = 40 };
static int total;

static noinline void send_direct(unsigned int port)
{
	total += route_direct(&packet, port); /* lab: send_direct */
}

static noinline void send_balanced(unsigned int port)
{
	total += route_balanced(&packet, port); /* lab: send_balanced */
}

static ssize_t lab_tail_write(struct file *file, const char __user *buffer, size_t count, loff_t *position)
{
	char word[16] = "";

	if (copy_from_user(word, buffer, min(count, sizeof(word) - 1)))
		return -EFAULT;
	if (strncmp(word, "direct", 6) == 0)
		send_direct(80); /* lab(tail-unique): lab_tail_write */
	else
		send_balanced(443); /* lab(tail-ambiguous): lab_tail_write */
	return count;
}

static const struct proc_ops lab_tail_ops = {
	.proc_write = lab_tail_write,
};

static int __init lab_tail_init(void)
{
	return proc_create("lab", 0200, NULL, &lab_tail_ops) ? 0 : -ENOMEM;
}

module_init(lab_tail_init);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("VaQuest lab: frames that tail calls left out");
