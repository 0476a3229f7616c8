// SPDX-License-Identifier: MIT OR GPL-2.0
// /proc/lab: "make" leaves objects in known states, "file N" tells of an open file, "stop N" panics.
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "states.h"

static ssize_t lab_whatis_write(struct file *file, const char __user *buffer, size_t count, loff_t *position)
{
	char text[32] = "";
	int number = 0, error = -EINVAL;

	if (copy_from_user(text, buffer, min(count, sizeof(text) - 1)))
		return -EFAULT;
	if (!strcmp(strim(text), "make"))
		error = states_make();
	else if (sscanf(text, "file %d", &number) == 1)
		error = states_of_file(number);
	else if (sscanf(text, "stop %d", &number) == 1)
		states_stop(number); /* lab: lab_whatis_write */
	return error ? error : (ssize_t)count;
}

static const struct proc_ops lab_whatis_ops = {
	.proc_write = lab_whatis_write,
};

static int __init lab_whatis_init(void)
{
	return proc_create("lab", 0200, NULL, &lab_whatis_ops) ? 0 : -ENOMEM;
}

module_init(lab_whatis_init);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("VaQuest lab: objects in known states");
