// SPDX-License-Identifier: MIT OR GPL-2.0
// /proc/lab: a number written to it is looked for in a list whose last link is poison.
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/proc_fs.h>

#include "session.h"

static struct session *sessions;
static u32 hits;

static ssize_t lab_gpf_write(struct file *file, const char __user *buffer, size_t count, loff_t *position)
{
	unsigned int id;
	int error = kstrtouint_from_user(buffer, count, 0, &id);

	if (error)
		return error;
	if (session_find(sessions, id)) /* lab: lab_gpf_write */
		hits++;
	return count;
}

static const struct proc_ops lab_gpf_ops = {
	.proc_write = lab_gpf_write,
};

static int __init lab_gpf_init(void)
{
	struct session *last = session_add(SESSION_POISON, 3);

	if (!last)
		return -ENOMEM;
	sessions = session_add(last, 2);
	if (!sessions)
		return -ENOMEM;
	return proc_create("lab", 0200, NULL, &lab_gpf_ops) ? 0 : -ENOMEM;
}

module_init(lab_gpf_init);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("VaQuest lab: general protection fault through a poisoned pointer");
