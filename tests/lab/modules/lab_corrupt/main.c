// SPDX-License-Identifier: MIT OR GPL-2.0
// /proc/lab: the name of a mistake makes it.
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "table.h"

struct table lab_table = { .sessions = LIST_HEAD_INIT(lab_table.sessions) };

static void check_later(struct work_struct *work)
{
	struct table *table = container_of(work, struct table, check);

	table_check(table); /* lab(kworker-bug): check_later */
	barrier();
}

static ssize_t lab_corrupt_write(struct file *file, const char __user *buffer, size_t count, loff_t *position)
{
	char text[32] = "";
	long answer;

	if (copy_from_user(text, buffer, min(count, sizeof(text) - 1)))
		return -EFAULT;
	answer = misuse(&lab_table, strim(text)); /* lab: lab_corrupt_write */
	return answer < 0 ? answer : (ssize_t)count;
}

static const struct proc_ops lab_corrupt_ops = {
	.proc_write = lab_corrupt_write,
};

static int __init lab_corrupt_init(void)
{
	u32 id;

	INIT_WORK(&lab_table.check, check_later);
	for (id = 1; id <= 3; id++)
		if (!table_add(&lab_table, id))
			return -ENOMEM;
	return proc_create("lab", 0200, NULL, &lab_corrupt_ops) ? 0 : -ENOMEM;
}

module_init(lab_corrupt_init);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("VaQuest lab: corrupted lists, counts and objects");
